/** What the folders of a well-equipped installation could hold. */
export const DEFAULT_MODELS: Record<string, string[]> = {
	checkpoints: [
		'flux1-dev-fp8.safetensors',
		'sd_xl_base_1.0.safetensors',
		'v1-5-pruned-emaonly-fp16.safetensors',
	],
	configs: ['v1-inference.yaml'],
	loras: ['add_detail.safetensors', 'styles/watercolor.safetensors'],
	vae: ['ae.safetensors', 'sdxl_vae.safetensors'],
	text_encoders: ['clip_l.safetensors', 't5xxl_fp8_e4m3fn.safetensors'],
	diffusion_models: ['flux1-dev.safetensors'],
	clip_vision: [],
	style_models: [],
	embeddings: ['easynegative.safetensors'],
	diffusers: [],
	vae_approx: [],
	controlnet: ['control_v11p_sd15_canny.safetensors'],
	gligen: [],
	upscale_models: ['4x-UltraSharp.pth'],
	custom_nodes: [],
	hypernetworks: [],
	photomaker: [],
	classifiers: [],
	model_patches: [],
	audio_encoders: [],
};

/** Which folder fills which input of which class. */
export const MODEL_INPUTS: Record<string, Record<string, string>> = {
	CheckpointLoaderSimple: { ckpt_name: 'checkpoints' },
	LoraLoader: { lora_name: 'loras' },
	LoraLoaderModelOnly: { lora_name: 'loras' },
	VAELoader: { vae_name: 'vae' },
	UNETLoader: { unet_name: 'diffusion_models' },
	CLIPLoader: { clip_name: 'text_encoders' },
	DualCLIPLoader: { clip_name1: 'text_encoders', clip_name2: 'text_encoders' },
	ControlNetLoader: { control_net_name: 'controlnet' },
	UpscaleModelLoader: { model_name: 'upscale_models' },
};

/** Which kind of uploaded file is a choice of which input. */
export const FILE_INPUTS: Record<string, Record<string, 'image' | 'audio' | 'video'>> = {
	LoadImage: { image: 'image' },
	LoadImageMask: { image: 'image' },
	LoadAudio: { audio: 'audio' },
};
