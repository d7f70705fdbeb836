import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { box, brand, data, iTunes, keyed, mp4Of, VERSION, wideBox } from './support/iso';
import {
	blocks,
	element,
	endless,
	head,
	IDS,
	info,
	name,
	simpleTag,
	tags,
	value,
	webm,
} from './support/matroska';
import { big16 } from './support/numbers';
import { both, commentText, foundBoth, promptText, workflowText } from './support/texts';

const meta = box('meta', VERSION, ...keyed(both));
const quickTimeComment = (told: number) =>
	box('udta', box('\u00a9cmt', big16(told), big16(0x55c4), Buffer.from(commentText)));

describe('MP4 and MOV', () => {
	test.each<[string, Buffer]>([
		['in moov', mp4Of(meta)],
		['in moov behind the pictures', mp4Of(meta, { last: true })],
		['in udta', mp4Of(box('udta', meta))],
		['in a box of QuickTime', mp4Of(box('udta', box('meta', ...keyed(both))))],
		['in upper case', mp4Of(box('meta', VERSION, ...keyed({ PROMPT: promptText, Workflow: workflowText })))],
		['beside others', mp4Of(box('meta', VERSION, ...keyed({ encoder: 'Lavf', ...both })))],
		['in a comment of iTunes', mp4Of(iTunes(commentText))],
		['in a comment of mdta', mp4Of(box('meta', VERSION, ...keyed({ comment: commentText })))],
		[
			"in a comment of Apple's",
			mp4Of(box('meta', VERSION, ...keyed({ 'com.apple.quicktime.comment': commentText }))),
		],
		['in a comment of QuickTime', mp4Of(quickTimeComment(Buffer.byteLength(commentText)))],
		[
			'in boxes with long sizes',
			Buffer.concat([brand('isom'), wideBox('mdat', 9, Buffer.alloc(9)), wideBox('moov', meta.length, meta)]),
		],
		['in the last box without size', Buffer.concat([brand('isom'), openEnd(box('moov', meta))])],
		[
			'in free form',
			mp4Of(
				box(
					'udta',
					box(
						'meta',
						VERSION,
						box('hdlr', Buffer.alloc(25)),
						box(
							'ilst',
							...Object.entries(both).map(([key, text]) =>
								box(
									'----',
									box('mean', VERSION, Buffer.from('x')),
									box('name', VERSION, Buffer.from(key)),
									data(text),
								),
							),
						),
					),
				),
			),
		],
	])('texts are found %s', async (_where, file) => {
		expect(await readWorkflowFile(file)).toEqual(foundBoth);
	});

	test('a comment of QuickTime that is too long for its length is read to the end', async () => {
		const long = JSON.stringify({
			prompt: promptText,
			workflow: JSON.parse(workflowText),
			filling: 'x'.repeat(70_000),
		});
		const comment = box('\u00a9cmt', big16(Buffer.byteLength(long) & 0xffff), big16(0), Buffer.from(long));
		expect(await readWorkflowFile(mp4Of(box('udta', comment)))).toEqual(foundBoth);
	});
});

/** A box that reaches to the end of the file. */
function openEnd(bytes: Buffer): Buffer {
	const open = Buffer.from(bytes);
	open.writeUInt32BE(0, 0);
	return open;
}

describe('WebM and Matroska', () => {
	const cluster = element(IDS.cluster, ...blocks);
	const segment = (...content: Buffer[]) => Buffer.concat([head, element(IDS.segment, ...content)]);

	test.each<[string, Buffer]>([
		['before the pictures', webm(both)],
		['behind the pictures', segment(info, cluster, cluster, tags(both))],
		[
			'in a live stream',
			Buffer.concat([head, endless(IDS.segment, info, tags(both), endless(IDS.cluster, ...blocks))]),
		],
		[
			'behind pictures of a live stream',
			Buffer.concat([
				head,
				endless(
					IDS.segment,
					info,
					endless(IDS.cluster, ...blocks),
					endless(IDS.cluster, ...blocks),
					tags(both),
				),
			]),
		],
		[
			'with the text before the name',
			segment(
				info,
				element(
					IDS.tags,
					element(
						IDS.tag,
						simpleTag(value(promptText), name('PROMPT')),
						simpleTag(value(workflowText), name('WORKFLOW')),
					),
				),
			),
		],
		[
			'in tags within tags',
			segment(
				element(
					IDS.tags,
					element(
						IDS.tag,
						simpleTag(name('PROMPT'), value(promptText), simpleTag(name('WORKFLOW'), value(workflowText))),
					),
				),
			),
		],
		['in two lists', segment(tags({ PROMPT: promptText }), info, tags({ WORKFLOW: workflowText }))],
		['in a comment', webm({ ENCODER: 'Lavf', COMMENT: commentText })],
		['padded with zeros', webm({ PROMPT: `${promptText}\0\0`, WORKFLOW: `${workflowText}\0` })],
	])('texts are found %s', async (_where, file) => {
		expect(await readWorkflowFile(file)).toEqual(foundBoth);
	});
});
