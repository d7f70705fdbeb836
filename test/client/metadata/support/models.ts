import { big64, latin1, little32 } from './numbers';
import type { Texts } from './texts';

const glbChunk = (type: string, data: Buffer) => Buffer.concat([little32(data.length), latin1(type), data]);

export function glbOf(scene: string): Buffer {
	const json = Buffer.from(scene);
	const padded = Buffer.concat([json, Buffer.alloc(-json.length & 3, ' ')]);
	const chunks = Buffer.concat([glbChunk('JSON', padded), glbChunk('BIN\0', Buffer.alloc(48))]);
	return Buffer.concat([latin1('glTF'), little32(2), little32(12 + chunks.length), chunks]);
}

export const glb = (extras: Record<string, unknown>) =>
	glbOf(JSON.stringify({ asset: { version: '2.0', generator: 'ComfyUI', extras }, nodes: [{ mesh: 0 }] }));

export function safetensors(texts: Texts): Buffer {
	const tensor = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
	const header = Buffer.from(JSON.stringify({ __metadata__: texts, latent_tensor: tensor }));
	return Buffer.concat([big64(header.length).reverse(), header, Buffer.alloc(8)]);
}
