import { isLink, type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import type { InputAddress } from '../workflow/declaredInputs';

/** Where a workflow sets the size and the number of its images: the latents before its samplers. */

export type SizeRole = 'width' | 'height' | 'imageCount';

/** Names of the inputs that set a size or a number, outermost first. */
const NAMES: Record<SizeRole, readonly string[]> = {
	width: ['width'],
	height: ['height'],
	imageCount: ['batch_size', 'amount', 'n', 'num_images', 'number_of_images', 'image_count'],
};
/** Types of nodes whose `amount` is a number of images. */
const REPEATS = /^Repeat(Latent|Image)Batch$/;
const LATENT_NAME = /^(samples|latent|latents|latent_image|latent_?\d|on_true|on_false)$/i;
const IMAGE_NAME = /^(pixels|image|images)$/i;
/** Names of the value in a node that only holds a number. */
const NUMBER_NAME = /^(value|number|int|default_value)$/i;

/**
 * Finds the inputs that set the size or the number of images, as far back as they are set: a second sampler
 * continues with the latent of the first.
 * @param isNeeded whether an output needs the node
 */
export function findSizes(
	workflow: ApiWorkflow,
	role: SizeRole,
	isNeeded: (nodeId: string) => boolean,
): InputAddress[] {
	const ids = Object.keys(workflow).filter(isNeeded);
	const search = new SizeSearch(workflow, role);
	const latents = ids.flatMap((id) => sourcesOf(workflow[id], LATENT_NAME, 'latent_image'));
	// Partner nodes have no latents.
	const found =
		latents.length > 0 ? latents.flatMap((id) => search.behind(id)) : ids.flatMap((id) => search.own(id));
	return uniqueAddresses(found.map((address) => search.resolve(address)));
}

class SizeSearch {
	private readonly seen = new Map<string, InputAddress[]>();

	constructor(
		private readonly workflow: ApiWorkflow,
		private readonly role: SizeRole,
	) {}

	/** The inputs that set the latent or image that a node returns. */
	behind(id: string): InputAddress[] {
		const known = this.seen.get(id);
		if (known) return known;
		this.seen.set(id, []); // a circle ends here
		const node = Object.hasOwn(this.workflow, id) ? this.workflow[id] : undefined;
		if (!node) return [];
		const own = this.own(id);
		// A node that makes a latent from a prompt sets its size by itself; its image is a reference.
		const makesLatent = own.length > 0 && ('positive' in node.inputs || 'vae' in node.inputs);
		const before = [
			...sourcesOf(node, LATENT_NAME),
			...(makesLatent || 'latent_image' in node.inputs ? [] : sourcesOf(node, IMAGE_NAME)),
		];
		const found = before.flatMap((source) => this.behind(source));
		const result = found.length > 0 ? found : own;
		this.seen.set(id, result);
		return result;
	}

	/** The input of the node itself. */
	own(nodeId: string): InputAddress[] {
		const { inputs, class_type: type } = this.workflow[nodeId];
		const input = NAMES[this.role].find(
			(name) => Object.hasOwn(inputs, name) && (name !== 'amount' || REPEATS.test(type)),
		);
		if (input === undefined) return [];
		const isNumber = typeof inputs[input] === 'number' || isLink(inputs[input]);
		return isNumber ? [{ nodeId, input }] : [];
	}

	/** The node that holds the number; the input itself when the number is computed. */
	resolve(address: InputAddress): InputAddress {
		const seen = new Set<string>();
		let current = address;
		for (;;) {
			const value = this.workflow[current.nodeId].inputs[current.input];
			if (!isLink(value)) return current;
			const [source] = value;
			if (seen.has(source) || !Object.hasOwn(this.workflow, source)) return address;
			seen.add(source);
			const { inputs } = this.workflow[source];
			const names = Object.keys(inputs).filter((name) => NUMBER_NAME.test(name));
			if (names.length !== 1 || Object.keys(inputs).length !== 1) return address;
			current = { nodeId: source, input: names[0] };
		}
	}
}

/** Ids of the nodes that are connected to inputs with such a name. */
function sourcesOf({ inputs }: ApiNode, name: RegExp, only?: string): string[] {
	return Object.entries(inputs).flatMap(([input, value]) =>
		isLink(value) && name.test(input) && (!only || input === only) ? [value[0]] : [],
	);
}

function uniqueAddresses(addresses: InputAddress[]): InputAddress[] {
	return [...new Map(addresses.map((address) => [`${address.nodeId}.${address.input}`, address])).values()];
}
