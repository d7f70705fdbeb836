import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nodeType } from '../../support/builtPackage';
import type { Activation } from '../../support/engine/Activation';
import { until } from '../../support/until';
import { picture } from '../../client/support/workflows';
import { usePool } from './support/poolEngine';

const active: Activation[] = [];
afterEach(async () => {
	for (const activation of active.splice(0)) await activation.close();
});
const pool = usePool();
const { start, credentials } = pool;

describe('ComfyUI Trigger on a pool', () => {
	async function activate(parameters: INodeParameters, staticData?: IDataObject): Promise<Activation> {
		const trigger = {
			name: 'Trigger',
			type: nodeType('Trigger'),
			parameters: { host: 'pool', ...parameters },
		};
		const activation = await pool.engine.activate(
			{ nodes: [trigger], credentials: credentials() },
			{ staticData },
		);
		active.push(activation);
		return activation;
	}

	test('starts for the events of every server, with the name of the server', async () => {
		const [a, b] = await start({}, {});
		const activation = await activate({ events: ['finished', 'queueEmpty', 'offline'], output: 'separate' });
		const id = await b.submit(picture(), { clientId: 'the-editor' });
		await until(() => activation.executions.length >= 2, 'two executions', 20_000);
		await a.stop();
		await until(() => activation.executions.length >= 3, 'three executions', 20_000);
		expect(activation.errors).toEqual([]);
		const items = activation.executions.flatMap((execution) => execution.items);
		const facts = Object.fromEntries(items.map(({ json }) => [json.event, json]));
		expect(facts).toMatchObject({
			finished: { promptId: `${id}@b`, server: 'b', comfyUiFile: expect.stringMatching(/@b$/) as string },
			queueEmpty: { server: 'b' },
			offline: { server: 'a' },
		});
		const [withFile] = items.filter(({ binary }) => binary);
		expect(withFile.binary?.data).toMatchObject({ mimeType: 'image/png' });
		expect(JSON.stringify(items)).not.toContain(a.url);
	});

	test('continues on each server after a restart of n8n, and repeats nothing', async () => {
		const [a, b] = await start({}, {});
		const first = await activate({});
		await a.submit(picture(1), { clientId: 'the-editor' });
		await until(() => first.executions.length >= 1, 'an execution', 20_000);
		await first.close();
		const meanwhile = [await a.submit(picture(2)), await b.submit(picture(3))];
		await Promise.all([a.idle(), b.idle()]);
		const second = await activate({}, first.staticData);
		await until(() => second.executions.length >= 2, 'two executions', 20_000);
		const ids = second.executions.flatMap(({ items }) => items.map(({ json }) => json.promptId));
		expect(new Set(ids)).toEqual(new Set([`${meanwhile[0]}@a`, `${meanwhile[1]}@b`]));
	});
});
