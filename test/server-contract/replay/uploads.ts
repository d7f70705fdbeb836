import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';

const RED = encodePng(flatPicture(16, 16, 0xff0000));
const GREEN = encodePng(flatPicture(16, 16, 0x00ff00));
const NAME = 'rec-8f30ff.png';

interface Upload {
	data: Buffer;
	name: string;
	fields?: Record<string, string>;
}

/** The recording says in words what was uploaded. */
const UPLOADS: Record<string, Upload> = {
	'image=red': { data: RED, name: NAME },
	'image=red again': { data: RED, name: NAME },
	'image=green, same name': { data: GREEN, name: NAME },
	'image=green overwrite=true': { data: GREEN, name: NAME, fields: { overwrite: 'true' } },
	'image=red subfolder=n8n/job': { data: RED, name: NAME, fields: { subfolder: 'n8n/job' } },
	'image=red type=temp': { data: RED, name: NAME, fields: { type: 'temp' } },
	'subfolder=../../evil': { data: RED, name: NAME, fields: { subfolder: '../../evil' } },
	'weird file name': { data: RED, name: 'weird%20name%20%26%20%231%20%C3%BC.png' },
};

export function uploadForm(words: string): FormData {
	const upload = UPLOADS[words];
	if (!upload) throw new Error(`nobody knows what "${words}" uploads`);
	const form = new FormData();
	form.append('image', new Blob([upload.data]), upload.name);
	for (const [field, value] of Object.entries(upload.fields ?? {})) form.append(field, value);
	return form;
}
