import type { Behaviours, Inputs } from './Behaviour';
import { asText, type Conditioning, type Model } from './values';

function model(name: unknown): Model {
	return { name: asText(name) };
}

function withLora({ model: base, lora_name }: Inputs): Model {
	return { name: `${(base as Model | null)?.name ?? ''} ${asText(lora_name)}` };
}

function text(value: string): { values: [Conditioning] } {
	return { values: [{ text: value }] };
}

function joined(inputs: Inputs): string {
	return ['conditioning_1', 'conditioning_2']
		.map((name) => (inputs[name] as Conditioning | null)?.text ?? '')
		.join(' ');
}

/** Models are names, conditioning is its text: enough to make every picture depend on both. */
export const loaders: Behaviours = {
	CheckpointLoaderSimple: {
		run: ({ ckpt_name }) => ({ values: [model(ckpt_name), model(ckpt_name), model(ckpt_name)] }),
	},
	UNETLoader: { run: ({ unet_name }) => ({ values: [model(unet_name)] }) },
	VAELoader: { run: ({ vae_name }) => ({ values: [model(vae_name)] }) },
	CLIPLoader: { run: ({ clip_name }) => ({ values: [model(clip_name)] }) },
	DualCLIPLoader: { run: ({ clip_name1 }) => ({ values: [model(clip_name1)] }) },
	ControlNetLoader: { run: ({ control_net_name }) => ({ values: [model(control_net_name)] }) },
	UpscaleModelLoader: { run: ({ model_name }) => ({ values: [model(model_name)] }) },
	LoraLoader: { run: (inputs) => ({ values: [withLora(inputs), inputs['clip']] }) },
	LoraLoaderModelOnly: { run: (inputs) => ({ values: [withLora(inputs)] }) },
	CLIPSetLastLayer: { run: ({ clip }) => ({ values: [clip] }) },
	CLIPTextEncode: { run: (inputs) => text(asText(inputs['text'])) },
	FluxGuidance: { run: ({ conditioning }) => ({ values: [conditioning] }) },
	ConditioningZeroOut: { run: () => text('') },
	ConditioningCombine: { run: (inputs) => text(joined(inputs)) },
	ControlNetApplyAdvanced: { run: ({ positive, negative }) => ({ values: [positive, negative] }) },
};
