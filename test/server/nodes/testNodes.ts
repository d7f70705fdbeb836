import { ExecutionBlocker } from '../execution/signals';
import { encodeJpeg } from '../pictures/encodeJpeg';
import { flatPicture } from '../pictures/Picture';
import { PythonError, show } from '../wire/pythonText';
import type { Behaviours, Inputs, NodeContext, NodeResult } from './Behaviour';
import { asNumber, asText, type Images, type Mesh } from './values';

const PREVIEW_SIDE = 512;

async function sleepInSteps(
	{ seconds, steps, seed, image }: Inputs,
	context: NodeContext,
): Promise<NodeResult> {
	const count = asNumber(steps, 1);
	for (let step = 1; step <= count; step++) {
		await context.sleep((asNumber(seconds) * 1000) / count);
		const red = Math.floor((255 * (step - 1)) / count);
		const color = (red << 16) | (40 << 8) | asNumber(seed) % 256;
		const picture = encodeJpeg(flatPicture(8, 8, color), PREVIEW_SIDE, PREVIEW_SIDE);
		context.step(step, count, context.previews ? { format: 'JPEG', image: picture } : undefined);
	}
	return { values: [image ?? [flatPicture(64, 64, 0)]] };
}

/** Two nodes take the place of this one: a canvas and a sleeper of 0.2 s in two steps. */
function expand({ n }: Inputs, { id }: NodeContext): NodeResult {
	const [canvas, sleeper] = [`${id}.0.0.1`, `${id}.0.0.2`];
	return {
		values: [[sleeper, 0]],
		expand: {
			[canvas]: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 255 } },
			[sleeper]: { class_type: 'TSleep', inputs: { seconds: 0.2, steps: 2, seed: n, image: [canvas, 0] } },
		},
	};
}

function validateTVal(value: unknown): true | false | string {
	if (value === 'raise') throw new PythonError('RuntimeError', 'validation raised');
	if (value === 'false') return false;
	return asText(value).startsWith('bad') ? 't must not begin with bad' : true;
}

/** The nodes of the recordings: slow, failing, blocking, expanding, talking in unusual ways. */
export const testNodes: Behaviours = {
	TSleep: { run: sleepInSteps },
	TFail: {
		run: ({ msg }) => {
			throw new PythonError('ValueError', asText(msg));
		},
	},
	TBlock: {
		run: ({ msg, silent }) => ({ values: [new ExecutionBlocker(silent ? null : asText(msg))] }),
	},
	TText: {
		run: ({ text }, context) => {
			context.text(`txt:${asText(text)}`);
			return { values: [text], ui: { text: [text], custom: [{ a: 1 }] } };
		},
	},
	TCombo: { run: ({ c, d, e }) => ({ ui: { text: [c, d, e].map(show) } }) },
	TExpand: { run: expand },
	TVal: { run: ({ t }) => ({ ui: { text: [t] } }), validates: { t: validateTVal } },
	TNan: { run: ({ image }) => ({ values: [image as Images], ui: { stat: [Number.NaN, Infinity] } }) },
	TMesh: { run: ({ size }) => ({ values: [{ size: asNumber(size, 1) } satisfies Mesh] }) },
};
