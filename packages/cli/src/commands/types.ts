import type { Context } from '../Context';
import { writeText, type TextOptions } from '../files/writeText';
import { generateTypes } from '../types/generate';

/** `comfyui types`: TypeScript types of the server's node types, and a typed builder. */
export async function types(context: Context, options: TextOptions): Promise<void> {
	const { signal } = context;
	const client = await context.connect();
	const objectInfo = await client.objectInfo({ signal });
	const text = generateTypes(objectInfo, client.host.base);
	writeText(context, text, options, { types: text });
}
