import { queue } from '../../support/JobNodes';
import { halfBad, quick, save, textToImage } from '../../support/jobWorkflows';
import type { Situation } from './Situation';

const unknownType = { ...quick, '7': { class_type: 'FluxTurbo', inputs: {}, _meta: { title: 'Faster' } } };
const circle = {
	'1': { class_type: 'ImageInvert', inputs: { image: ['2', 0] } },
	'2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
	'3': save('1'),
};
/** Sent without having been checked, so that the server's own words come. */
const refusing = (workflow: object): Situation['nodes'] => [
	queue(workflow, { options: { checkWorkflow: false } }),
];
const partial = (onPartialErrors: string) => [
	queue(halfBad, { options: { checkWorkflow: false, onPartialErrors } }),
];

/** What ComfyUI refuses to run. */
export const refusal = {
	tooSmall: { when: 'a value is too small', nodes: refusing(textToImage({ width: 2 })) },
	tooBig: { when: 'a value is too big', nodes: refusing(textToImage({ width: 99999 })) },
	notANumber: {
		when: 'a text stands where a number is due',
		nodes: refusing(textToImage({ steps: 'many' })),
	},
	mistyped: {
		when: 'the name of a model is mistyped',
		nodes: refusing(textToImage({ checkpoint: 'sd_xl_base_1.0.safetensor' })),
	},
	longList: { when: 'a choice is not one of many', nodes: refusing(textToImage({ sampler: 'eular' })) },
	noneInstalled: {
		when: 'no model of the kind is installed',
		nodes: refusing(textToImage()),
		options: { models: { checkpoints: [] } },
	},
	missingInput: {
		when: 'an input is not connected',
		nodes: refusing({ '2': { ...save('1'), inputs: { filename_prefix: 'x' } } }),
	},
	wrongLink: {
		when: 'a connection leads to an output of another kind',
		nodes: refusing({ ...textToImage(), '9': save('3') }),
	},
	noSuchLink: { when: 'a connection leads nowhere', nodes: refusing({ '2': save('99') }) },
	missingFile: {
		when: 'the picture to load is not on the server',
		nodes: refusing({ '3': halfBad['3'], '4': halfBad['4'] }),
	},
	unknownTypeOld: {
		when: 'a custom node is missing on an older server',
		nodes: refusing(unknownType),
		options: { version: '0.3.64' },
	},
	unknownType: { when: 'a custom node is missing', nodes: refusing(unknownType) },
	noOutputs: { when: 'the workflow keeps nothing', nodes: refusing({ '1': quick['1'] }) },
	circle: { when: 'the workflow runs in a circle', nodes: refusing(circle) },
	circleOld: {
		when: 'the workflow runs in a circle on an older server',
		nodes: refusing(circle),
		options: { version: '0.3.64' },
	},
	partialFail: { when: 'only a part would run, and the node is to fail then', nodes: partial('fail') },
	tooOld: {
		when: 'the server is too old to run only some outputs',
		nodes: [queue(quick, { options: { outputNodes: '2' } })],
		options: { version: '0.3.40' },
	},
	echoed: {
		when: 'the server repeats the request in its refusal',
		nodes: refusing(textToImage()),
		before: ({ server, echo }) => {
			const said = `refused: ${echo}`;
			const extra_info = { input_name: 'text', received_value: said, exception_message: said };
			const types = ['value_not_in_list', 'custom_validation_failed', 'exception_during_validation', 'new'];
			const errors = types.map((type) => ({ type, message: said, details: said, extra_info }));
			const body = {
				error: { type: 'prompt_outputs_failed_validation', message: said, details: said, extra_info: {} },
				node_errors: { '6': { errors, dependent_outputs: ['9'], class_type: 'CLIPTextEncode' } },
			};
			server.faults.respond({ method: 'POST', path: /^\/api\/prompt$/ }, { status: 400, body });
		},
	},
} satisfies Record<string, Situation>;

/** What is no error, though a part is refused. */
export const partly = {
	warn: { when: 'only a part will run', nodes: partial('warn') },
} satisfies Record<string, Situation>;
