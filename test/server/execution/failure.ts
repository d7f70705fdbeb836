import { isPictures } from '../nodes/values';
import { PythonError } from '../wire/pythonText';

/** What a node that raises leaves behind, as members of `execution_error`. */
export function failureReport(error: Error, inputs: Record<string, unknown>): object {
	const isPython = error instanceof PythonError;
	return {
		exception_message: `${error.message}\n`,
		exception_type: isPython ? error.type : 'Exception',
		traceback: isPython && error.traceback.length > 0 ? error.traceback : TRACEBACK,
		current_inputs: Object.fromEntries(
			Object.entries(inputs).map(([name, value]) => [name, [formatInput(value)]]),
		),
	};
}

const TRACEBACK = [
	'  File "execution.py", line 496, in execute\n    output_data, output_ui = await get_output_data(obj)\n',
	'  File "execution.py", line 277, in process_inputs\n    result = f(**inputs)\n             ^^^^^^^^^^^\n',
];

/** Plain values stay; tensors become the text that torch prints, with its rows of rounded numbers. */
function formatInput(value: unknown): unknown {
	if (value === null || ['string', 'number', 'boolean', 'bigint'].includes(typeof value)) return value;
	if (!isPictures(value)) return `<comfy.sd.${(value as object).constructor.name} object at 0x7f0000000000>`;
	const pixel = [...(value[0]?.rgb.subarray(0, 3) ?? [])].map((channel) => (channel / 255).toFixed(4));
	const row = `[${pixel.join(', ')}]`;
	return `tensor([[[${row},\n          ${row},\n          ...,\n          ${row}]]])`;
}
