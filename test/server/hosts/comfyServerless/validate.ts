import { repr } from '../../wire/pythonText';

export interface ServiceNode {
	id: string;
	class_type: string;
	inputs: Array<{ name: string; type: string; value: unknown; required?: boolean }>;
}

const SUPPORTED = new Set(
	(
		'CheckpointLoaderSimple CheckpointLoader LoraLoader VAELoader VAEDecode VAEEncode KSampler KSamplerAdvanced ' +
		'SamplerCustom CLIPTextEncode ConditioningCombine ConditioningSetArea LoadImage SaveImage PreviewImage ImageScale ' +
		'ImageCrop ControlNetLoader ControlNetApply ESRGAN_UPSCALER UpscaleModelLoader Note Reroute PrimitiveNode'
	).split(' '),
);

/** The message with which the service refuses a workflow; undefined when it takes it. */
export function refusalOf(nodes: Record<string, ServiceNode>): string | undefined {
	const errors: string[] = [];
	for (const [id, { class_type, inputs }] of Object.entries(nodes)) {
		if (!SUPPORTED.has(class_type)) errors.push(`Node ${id}: Unsupported node type '${class_type}'`);
		for (const { name, value, required } of inputs) {
			if (required !== false && value === null)
				errors.push(`Node ${id}: Required input '${name}' cannot be null`);
			if (['width', 'height', 'steps', 'seed'].includes(name) && !(Number(value) >= 0))
				errors.push(`Node ${id}: Input '${name}' must be a positive integer`);
		}
	}
	const types = new Set(Object.values(nodes).map(({ class_type }) => class_type));
	if (!types.has('CheckpointLoaderSimple')) errors.push('Workflow missing model loader (CheckpointLoader)');
	if (!types.has('KSampler')) errors.push('Workflow missing sampler node (KSampler)');
	if (errors.length === 0) return undefined;
	return `Failed to execute workflow: Invalid workflow: ${repr(errors)}`;
}

/** The violations of the request's schema, in the format of FastAPI. */
export function misfits(body: Record<string, unknown>): object[] {
	const found: object[] = [];
	const { nodes } = (body.workflow ?? {}) as { nodes?: Record<string, ServiceNode> };
	const missing = (...loc: Array<string | number>) =>
		found.push({ type: 'missing', loc, msg: 'Field required' });
	if (!nodes) missing('body', 'workflow', 'nodes');
	for (const [key, node] of Object.entries(nodes ?? {})) {
		const at = ['body', 'workflow', 'nodes', key];
		if (node.id !== key) missing(...at, 'id');
		if (typeof node.class_type !== 'string') missing(...at, 'class_type');
		for (const [index, input] of node.inputs.entries()) {
			for (const member of ['name', 'type', 'value']) {
				if (!(member in input)) missing(...at, 'inputs', index, member);
			}
		}
	}
	return found;
}

/** The workflow as ComfyUI wants it. */
export function toPrompt(nodes: Record<string, ServiceNode>): object {
	return Object.fromEntries(
		Object.entries(nodes).map(([id, { class_type, inputs }]) => [
			id,
			{ class_type, inputs: Object.fromEntries(inputs.map(({ name, value }) => [name, value])) },
		]),
	);
}
