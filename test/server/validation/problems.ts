import type { InputSpec } from '../catalogue/NodeDefinition';
import { PythonError, show } from '../wire/pythonText';

/** One entry of `node_errors[id].errors`, or the top-level `error`. */
export interface Problem {
	type: string;
	message: string;
	details: string;
	extra_info: Record<string, unknown>;
}

export function problem(
	type: string,
	message: string,
	details: string,
	extra_info: Record<string, unknown> = {},
): Problem {
	return { type, message, details, extra_info };
}

/** The object_info entry of an input, with the options filled in when the entry has none. */
export function configOf([type, options]: InputSpec): unknown[] {
	return [type, options ?? {}];
}

export function missingInput(name: string): Problem {
	return problem('required_input_missing', 'Required input is missing', name, { input_name: name });
}

export function badLink(name: string, spec: InputSpec, value: unknown): Problem {
	const message = 'Bad linked input, must be a length-2 list of [node_id, slot_index]';
	return problem('bad_linked_input', message, name, {
		input_name: name,
		input_config: configOf(spec),
		received_value: value,
	});
}

export function typeMismatch(name: string, spec: InputSpec, received: unknown, link: unknown): Problem {
	const details = `${name}, received_type(${show(received)}) mismatch input_type(${show(spec[0])})`;
	return problem('return_type_mismatch', 'Return type mismatch between linked nodes', details, {
		input_name: name,
		input_config: configOf(spec),
		received_type: received,
		linked_node: link,
	});
}

export function notConvertible(name: string, spec: InputSpec, value: unknown, error: Error): Problem {
	const message = `Failed to convert an input value to a ${show(spec[0])} value`;
	return problem('invalid_input_type', message, `${name}, ${show(value)}, ${error.message}`, {
		input_name: name,
		input_config: configOf(spec),
		received_value: value,
		exception_message: error.message,
	});
}

export function customFailure(name: string, reason: string | false): Problem {
	const details = reason === false ? name : `${name} - ${reason}`;
	return problem('custom_validation_failed', 'Custom validation failed for node', details, {
		input_name: name,
	});
}

function pythonType(error: unknown): string {
	return error instanceof PythonError ? error.type : 'Exception';
}

function frames(error: unknown): string[] {
	return error instanceof PythonError && error.traceback.length > 0
		? error.traceback
		: ['  File "execution.py", line 1, in validate_inputs\n'];
}

export function exceptionInOutput(error: Error): Problem {
	return problem('exception_during_validation', 'Exception when validating node', error.message, {
		exception_type: pythonType(error),
		traceback: frames(error),
	});
}

export function exceptionInLinked(name: string, spec: InputSpec, link: unknown, error: Error): Problem {
	return problem('exception_during_inner_validation', 'Exception when validating inner node', error.message, {
		input_name: name,
		input_config: configOf(spec),
		exception_message: error.message,
		exception_type: pythonType(error),
		traceback: frames(error),
		linked_node: link,
	});
}
