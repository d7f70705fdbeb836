import { seededRandom } from '../../server/pictures/random';

/** Node definitions of so many megabytes, as an installation with a thousand custom nodes has them. */
export function bigCatalogue(megabytes: number): Record<string, object> {
	const random = seededRandom('catalogue');
	const models = Array.from(
		{ length: 400 },
		(_, n) => `folder/model-${n}-${Math.floor(random() * 1e9)}.safetensors`,
	);
	const one = {
		input: { required: { model: [models], steps: ['INT', { default: 20 }] } },
		output: [],
		name: 'X',
	};
	const count = Math.ceil((megabytes * 1024 * 1024) / JSON.stringify(one).length);
	return Object.fromEntries(
		Array.from({ length: count }, (_, n) => [`Custom${n}`, { ...one, name: `Custom${n}` }]),
	);
}
