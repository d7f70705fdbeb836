import { InvalidInputError, type FileData } from 'comfyui-workflows-client';
import { busyStatus, doneStatus } from '../lib/StatusDisplay';
import { fileIn, nameByContent } from '../lib/fileValues';
import { MessageHandler } from '../lib/MessageHandler';
import { evaluate, type Message, type Red, type RedConfig, type RedNode } from '../lib/nodeRed';

interface UploadConfig extends RedConfig {
	server?: string;
	/** Where the file is: a Buffer, a data URI, Base64 or a stream. */
	property?: string;
	propertyType?: string;
	/** Where its name is. A file without a name is named after its content. */
	filename?: string;
	filenameType?: string;
	subfolder?: string;
	folder?: 'input' | 'temp' | 'output';
	overwrite?: boolean;
}

/** Registers `comfyui-upload`: stores a file on the server, for inputs such as that of Load Image. */
export = (red: Red): void => {
	function Upload(this: RedNode, config: UploadConfig): void {
		red.nodes.createNode(this, config);
		const handler = new MessageHandler(red, this, config.server, {
			work: async ({ message, send, client, signal }) => {
				handler.status.show(busyStatus('uploading'));
				const { data, filename } = await readFile(red, this, config, message);
				const uploaded = await client.uploadImage(
					{
						data,
						filename,
						...(data instanceof Uint8Array && { size: data.byteLength }),
						subfolder: config.subfolder?.trim() || undefined,
						type: config.folder ?? 'input',
						overwrite: config.overwrite === true,
					},
					{ signal },
				);
				send(Object.assign(message, { payload: uploaded }));
				handler.status.show(doneStatus(uploaded.value));
			},
		});
	}
	red.nodes.registerType('comfyui-upload', Upload);
};

async function readFile(
	red: Red,
	node: RedNode,
	config: UploadConfig,
	message: Message,
): Promise<{ data: FileData; filename: string }> {
	const place = { value: config.property || 'payload', type: config.propertyType || 'msg' };
	const value = await evaluate(red, node, message, place);
	const named = { value: config.filename || 'filename', type: config.filenameType || 'msg' };
	const given = await evaluate(red, node, message, named);
	// Other nodes put whole paths there.
	const filename = typeof given === 'string' ? (given.trim().split(/[\\/]/).pop() ?? '') : '';
	const file = fileIn(value, { base64: true });
	if (file) return { data: file.data, filename: filename || nameByContent(file) };
	if (isStream(value)) return { data: value, filename: filename || `node-red-${message._msgid}` };
	throw new InvalidInputError(
		`${place.type}.${place.value} is no file.`,
		'Upload a Buffer, a data URI, Base64 or a stream. A file in node should return "a single Buffer object".',
	);
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
	typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
