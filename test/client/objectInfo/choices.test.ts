import { inputNamed, inputWithChoices, InvalidInputError, NotFoundError } from '../../../nodes/client';
import { suggestChoices } from '../../../nodes/client/objectInfo/choices';
import { objectInfo, withInputs } from './fixture';

const info = objectInfo();
const raised = (action: () => unknown) => {
	try {
		return action();
	} catch (error) {
		return error as NotFoundError;
	}
};

describe('the choices of an input', () => {
	it('are those of either way of writing them', () => {
		expect(inputWithChoices('TCombo', info.TCombo, 'c').choices).toEqual(['a', 'b']);
		expect(inputWithChoices('TCombo', info.TCombo, 'd').choices).toEqual(['x', 'y']);
	});

	it('are an empty list when nothing is installed', () => {
		expect(inputWithChoices('LoraLoader', info.LoraLoader, 'lora_name').choices).toEqual([]);
	});

	it('are found for an input that comes with a choice', () => {
		const options = [{ key: 'a', inputs: { required: { b: [['c', 'd']] } } }];
		const definition = withInputs({ x: ['COMFY_DYNAMICCOMBO_V3', { options }] });
		expect(inputWithChoices('X', definition, 'x.b').choices).toEqual(['c', 'd']);
	});

	it('cannot be had for an unknown input; the error names what may be meant', () => {
		const error = raised(() => inputNamed('KSampler', info.KSampler, 'sampler'));
		expect(error).toBeInstanceOf(NotFoundError);
		expect(error).toMatchObject({
			message: 'The node type "KSampler" has no input "sampler". Did you mean "sampler_name"?',
			hint: expect.stringContaining('scheduler') as string,
		});
	});

	it('cannot be had for a number; the error names the inputs that offer some', () => {
		const error = raised(() => inputWithChoices('KSampler', info.KSampler, 'steps'));
		expect(error).toBeInstanceOf(InvalidInputError);
		expect(error).toMatchObject({
			message: 'The input "steps" of "KSampler" takes INT and offers no choices.',
			hint: 'Inputs with choices are sampler_name, scheduler.',
		});
	});

	it('cannot be had when the editor fetches them from elsewhere', () => {
		const definition = withInputs({ x: ['COMBO', { remote: { route: '/internal/files/output' } }] });
		const error = raised(() => inputWithChoices('X', definition, 'x'));
		expect(error).toBeInstanceOf(InvalidInputError);
		expect(error).toMatchObject({ message: expect.stringContaining('/internal/files/output') as string });
	});
});

describe('suggestions for a value', () => {
	it.each([
		['the other slash', 'sdxl/base.safetensors', ['sdxl\\base.safetensors']],
		['a text for a number', '10', [10]],
		['a folder left out', 'base.safetensors', ['sdxl\\base.safetensors']],
		['a slip of the finger', 'uler', ['euler']],
		['nothing like it', 'something else altogether', []],
	])('are the exact choice for %s', (_, value, expected) => {
		expect(suggestChoices(['euler', 10, 'sdxl\\base.safetensors'], value)).toEqual(expected);
	});
});
