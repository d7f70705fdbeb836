/** Where a server looks for the models of an input. */
export interface ModelFolder {
	/** A folder in ComfyUI's `models`, such as `checkpoints`. */
	folder: string;
	/** What is in it, in the plural. */
	kind: string;
}

/** `input` or `node type/input`: folder and kind. The catalogue does not have this; it follows ComfyUI's own loaders. */
const FOLDERS = new Map<string, [folder: string, kind: string]>([
	['ckpt_name', ['checkpoints', 'checkpoints']],
	['unet_name', ['diffusion_models', 'diffusion models']],
	['lora_name', ['loras', 'LoRAs']],
	['vae_name', ['vae', 'VAEs']],
	['clip_name', ['text_encoders', 'text encoders']],
	['clip_name1', ['text_encoders', 'text encoders']],
	['clip_name2', ['text_encoders', 'text encoders']],
	['clip_name3', ['text_encoders', 'text encoders']],
	['clip_name4', ['text_encoders', 'text encoders']],
	['CLIPVisionLoader/clip_name', ['clip_vision', 'CLIP vision models']],
	['control_net_name', ['controlnet', 'ControlNets']],
	['style_model_name', ['style_models', 'style models']],
	['gligen_name', ['gligen', 'GLIGEN models']],
	['hypernetwork_name', ['hypernetworks', 'hypernetworks']],
	['photomaker_model_name', ['photomaker', 'PhotoMaker models']],
	['audio_encoder_name', ['audio_encoders', 'audio encoders']],
	['bg_removal_name', ['background_removal', 'models for background removal']],
	['UpscaleModelLoader/model_name', ['upscale_models', 'upscale models']],
	['LatentUpscaleModelLoader/model_name', ['latent_upscale_models', 'latent upscale models']],
	['ModelPatchLoader/name', ['model_patches', 'model patches']],
]);

/** The folder of the models that an input of a node type takes; undefined for an input that takes none, or is not known. */
export function modelFolderOf(nodeType: string, input: string): ModelFolder | undefined {
	const found = FOLDERS.get(`${nodeType}/${input}`) ?? FOLDERS.get(input);
	return found && { folder: found[0], kind: found[1] };
}
