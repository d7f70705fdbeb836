import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InputSpec, NodeDefinition, ObjectInfo } from '../../../nodes/client';
import { parseJson } from '../../../nodes/client/core/json';

/** What a real server said to `/object_info`, for some fifty node types and without models. */
export function objectInfo(): ObjectInfo {
	return parseJson(
		readFileSync(join(__dirname, '..', '..', 'fixtures', 'object_info.json'), 'utf8'),
	) as ObjectInfo;
}

/** The same with models where a test needs some. */
export function withModels(checkpoints: string[], loras: string[] = []): ObjectInfo {
	const info = objectInfo();
	info.CheckpointLoaderSimple.input = { required: { ckpt_name: [checkpoints] } };
	const lora = info.LoraLoader.input?.required as Record<string, InputSpec>;
	lora.lora_name = [loras];
	return info;
}

/** A node type with these inputs. */
export function withInputs(
	required: Record<string, InputSpec>,
	optional?: Record<string, InputSpec>,
): NodeDefinition {
	return { input: { required, optional }, output: [], output_node: true };
}
