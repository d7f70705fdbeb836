import { LittleComfyUi } from '../server';
import { textToImage } from '../nodes/support/jobWorkflows';
import { sentJobs } from '../nodes/support/sent';
import { isOldMajor } from './setup/installation';
import { chain, ours, plain, start } from './support/flows';
import { N8n, type WorkflowSpec } from './support/N8n';
import { ScriptedModel } from './support/ScriptedModel';

const n8n = N8n.shared();
const PROMPT = { node: 'Positive Prompt', input: 'text' };
const LANGCHAIN = '@n8n/n8n-nodes-langchain';

describe('an agent that has Run Workflow as a tool', () => {
	let server: LittleComfyUi;
	let model: ScriptedModel;
	beforeEach(async () => {
		server = await LittleComfyUi.start();
		model = await ScriptedModel.start({ prompt: 'a "red" fox\nin the snow' });
	});
	afterEach(async () => {
		await model.stop();
		await server.stop();
	});

	/** An agent with a model and the tool, whose prompt the model fills in. */
	async function agentFlow(workflow: object): Promise<WorkflowSpec> {
		const comfyUi = await n8n.credential({ url: server.url });
		const openAi = await n8n.credential({ apiKey: 'none', url: model.url }, 'openAiApi', 'OpenAI account');
		const agent = plain(
			'Agent',
			`${LANGCHAIN}.agent`,
			{ promptType: 'define', text: 'Draw a fox.', options: {} },
			{ typeVersion: isOldMajor ? 3 : 3.1 },
		);
		const chat = plain(
			'Model',
			`${LANGCHAIN}.lmChatOpenAi`,
			{ model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
			{ typeVersion: 1.2, credentials: { openAiApi: openAi } },
		);
		// n8n 1 ends the whole execution when a tool fails, unless it is told to go on.
		const onError = isOldMajor ? 'continueRegularOutput' : undefined;
		const tool = ours(
			'RunWorkflowTool',
			comfyUi,
			{
				toolDescription: 'Draws a picture',
				workflow: JSON.stringify(workflow),
				inputs: { values: [{ ...PROMPT, value: "={{ $fromAI('prompt', 'what to draw', 'string') }}" }] },
			},
			{ onError },
		);
		const flow = chain(start(), agent);
		flow.nodes.push(chat, tool);
		flow.connections.Model = { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] };
		flow.connections.RunWorkflowTool = { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] };
		return flow;
	}

	it('runs the job with what the model wrote, and the model gets an address of the file', async () => {
		const execution = await n8n.run(await agentFlow(textToImage()));
		expect(execution.error?.message).toBeUndefined();
		expect(execution.json('Agent')).toEqual([{ output: 'Done.' }]);
		expect(sentJobs(server)).toHaveLength(1);
		const [{ prompt }] = sentJobs(server);
		expect(prompt['6'].inputs.text).toBe('a "red" fox\nin the snow');
		expect(model.requests[0].tools?.[0].function).toMatchObject({ description: 'Draws a picture' });
		const [{ fileName, downloadUrl }] = model.toolAnswers[0] as Array<Record<string, string>>;
		expect(fileName).toBe('made_00001_.png');
		const file = Buffer.from(await (await fetch(downloadUrl)).arrayBuffer());
		expect(file).toEqual(server.files.read('output', fileName));
	});

	it('tells the model what went wrong, and the agent goes on', async () => {
		const execution = await n8n.run(await agentFlow(textToImage({ checkpoint: 'none.safetensors' })));
		expect(execution.json('Agent')).toEqual([{ output: 'Done.' }]);
		const error = expect.stringMatching(/none\.safetensors.*does not offer/);
		// An item that went on has its input and the facts of the error too.
		expect(model.toolAnswers[0]).toEqual([isOldMajor ? expect.objectContaining({ error }) : { error }]);
	});
});
