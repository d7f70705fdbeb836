import { LittleComfyUi } from '../server';
import { quick, slow } from '../nodes/support/jobWorkflows';
import { until } from '../support/until';
import { Editor } from './support/Editor';
import { chain, ours, start } from './support/flows';
import { N8n } from './support/N8n';
import { describeWith } from './support/programs';
import { tellHowLong } from './support/tellHowLong';

const n8n = N8n.shared();

describeWith('chromium')('stopping an execution in the editor', () => {
	let server: LittleComfyUi;
	let editor: Editor;
	beforeAll(async () => {
		server = await LittleComfyUi.start();
		editor = await Editor.open(n8n);
	});
	afterAll(async () => {
		await editor.close();
		await server.stop();
	});

	it('takes its job off the server at once, and no others', async () => {
		const credential = await n8n.credential({ url: server.url });
		const node = ours('RunWorkflow', credential, { workflow: JSON.stringify(slow()), seedMode: 'keep' });
		const id = await editor.show(chain(start(), node));
		await editor.at('execute-workflow-button').click();
		await until(() => server.going.length === 1 && server.busyMs > 0, 'the job');
		const [job] = server.going;
		const foreign = await server.submit(quick);
		const asked = editor.page.waitForRequest(/\/stop$/).then(() => Date.now());
		await editor.at('stop-execution-button').click();
		const began = await asked;
		await server.idle();
		tellHowLong(began);
		expect(JSON.stringify(server.history(job))).toContain('execution_interrupted');
		expect(JSON.stringify(server.history(foreign))).toContain('execution_success');
		const [{ id: execution }] = await n8n.executionsOf({ id });
		expect((await n8n.ended(execution)).status).toBe('canceled');
		expect(editor.complaints).toEqual([]);
	});
});
