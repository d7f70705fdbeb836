import type { InputSpec, NodeDefinition } from '../catalogue/NodeDefinition';
import { PythonError, repr, typeName } from '../wire/pythonText';

/** Whether an output fits an input. Types may be unions such as "INT,FLOAT"; `*` fits everything. */
export function fitsType(received: NodeDefinition['output'][number], wanted: InputSpec[0]): boolean {
	if (JSON.stringify(received) === JSON.stringify(wanted)) return true;
	if (typeof received !== 'string' || typeof wanted !== 'string') return received === '*' || wanted === '*';
	const [given, accepted] = [received.split(','), wanted.split(',')];
	if (given.includes('*') || accepted.includes('*')) return true;
	return given.some((type) => accepted.includes(type.trim()));
}

/** `prompt[id]` in Python: only a string that is there will do. */
export function lookUp<T>(prompt: Record<string, T>, id: unknown): T {
	if (typeof id === 'object' && id !== null)
		throw new PythonError('TypeError', `unhashable type: '${typeName(id)}'`);
	if (typeof id !== 'string' || !Object.hasOwn(prompt, id)) throw new PythonError('KeyError', repr(id));
	return prompt[id] as T;
}

/** `outputs[slot]` in Python: counts from the end when negative. */
export function slotType(outputs: NodeDefinition['output'], slot: unknown): NodeDefinition['output'][number] {
	if (typeof slot !== 'number' || !Number.isInteger(slot))
		throw new PythonError('TypeError', `tuple indices must be integers or slices, not ${typeName(slot)}`);
	const type = outputs.at(slot);
	if (type === undefined) throw new PythonError('IndexError', 'tuple index out of range');
	return type;
}
