import { picture } from '../client/support/workflows';
import { LittleComfyUi } from '../server';
import { nodeType } from '../support/builtPackage';
import { until } from '../support/until';
import { Editor } from './support/Editor';
import { chain, exampleFlow, ours, plain, start, type Credential } from './support/flows';
import { N8n } from './support/N8n';
import { NodeForm } from './support/NodeForm';
import { describeWith } from './support/programs';

const n8n = N8n.shared();
const TITLE = 'ComfyUI Server';

describe('ComfyUI Server', () => {
	let server: LittleComfyUi;
	let credential: Credential;
	beforeAll(async () => {
		await n8n.forgetCredentials();
		server = await LittleComfyUi.start({ port: process.env.E2E_SCREENSHOTS ? 8188 : 0 });
		credential = await n8n.credential({ url: server.url });
	});
	afterAll(async () => await server.stop());

	it('tells its own jobs from those of other clients', async () => {
		const promptId = await server.submit(picture(), { clientId: 'the-editor' });
		await server.idle();
		server.faults.hold();
		const again = ours('Server', credential, {
			resource: 'job',
			operation: 'runAgain',
			promptId: { __rl: true, mode: 'id', value: promptId },
		});
		const theirs = await server.submit(picture(2), { clientId: 'the-editor' });
		const clear = ours('Server', credential, { resource: 'queue', operation: 'clearPending' });
		clear.name = 'Clear';
		const run = await n8n.run(chain(start(), again, clear));
		expect(run.items('Clear')[0].json).toMatchObject({ removed: 1, scope: 'mine', jobs: [{ isMine: true }] });
		expect(server.going).toEqual([theirs]);
		server.faults.release();
		await server.idle();
	});

	it('the example frees the memory when more than 20 jobs wait, and not before', async () => {
		const freed = () => server.requests.filter(({ path }) => path.endsWith('/free')).length;
		const run = async () => {
			const flow = exampleFlow('server/free-memory.json', credential);
			const { error } = await n8n.run(flow, 'Every Five Minutes');
			expect(error?.message).toBeUndefined();
		};
		server.faults.hold();
		for (let count = 0; count <= 20; count++) {
			if (count === 20) await run();
			await server.submit(picture(100 + count), { clientId: 'the-editor' });
		}
		expect(freed()).toBe(0);
		await run();
		expect(freed()).toBe(1);
		server.faults.release();
		await server.idle();
	});

	describeWith('chromium')('in the editor', () => {
		let editor: Editor;
		let form: NodeForm;
		beforeAll(async () => {
			editor = await Editor.open(n8n);
			form = new NodeForm(editor);
		});
		afterEach(() => expect(editor.complaints.splice(0)).toEqual([]));
		afterAll(async () => await editor.close());

		const fresh = (parameters = {}) => ({
			...chain(
				start(),
				plain(TITLE, nodeType('Server'), parameters, { credentials: { comfyUiApi: credential } }),
			),
			name: 'Look after a server',
		});

		it('its actions are in the node panel, each once', async () => {
			await editor.show({ ...chain(start()), name: 'Look after a server' });
			await editor.at('node-creator-plus-button').click();
			await editor.at('node-creator-search-bar').fill(TITLE);
			await editor.at('item-iterator-item').filter({ hasText: TITLE }).first().click();
			await editor.page.getByText('Wait until the queue is idle').waitFor();
			await editor.picture('server-actions');
			expect(await editor.page.getByText('Get many jobs', { exact: true }).count()).toBe(1);
			await editor.page.getByText('Wait until the queue is idle').click();
			await editor.at('ndv').waitFor();
			await form.close();
		});

		it('offers what the host has, lists saved workflows, and shows the log', async () => {
			await fetch(`${server.url}/userdata/workflows%2Fportrait.json`, { method: 'POST', body: '{}' });
			await editor.show(fresh({ resource: 'savedWorkflow', operation: 'get' }), TITLE);
			await form.field('savedWorkflow').getByTestId('rlc-input-container').click();
			await editor.at('rlc-item').first().waitFor();
			expect(await editor.at('rlc-item').allInnerTexts()).toEqual(['portrait']);
			await editor.at('rlc-item').first().click();
			await form.pick('resource', 'Server');
			const offered = await form.choices('operation');
			expect(offered.join('\n')).toContain('Get Status');
			expect(offered.join('\n')).not.toContain('Get Health');
			await editor.page.getByRole('option').filter({ hasText: 'Get Status' }).click();
			await form.execute();
			await until(
				async () => (await editor.at('output-panel').getByText('vramFreePercent').count()) > 0,
				'the status',
			);
			await editor.at('output-panel').getByText('JSON', { exact: true }).click();
			await editor.picture('server-status');
		});
	});
});
