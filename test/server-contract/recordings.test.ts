import { LittleComfyUi } from '../server';
import { loadRecording, recordedDefinitions, SCENARIOS, type RecordedVersion } from './replay/recording';
import { Replay } from './replay/Replay';

/** One server for all, in the order of recording: each scenario builds on the state left before it. */
describe.each(Object.keys(SCENARIOS) as RecordedVersion[])(
	'the little server of version %s answers as the recorded real one',
	(version) => {
		let server: LittleComfyUi;
		const promptIds = new Map<string, string>();

		beforeAll(async () => {
			const objectInfo = recordedDefinitions(version);
			server = await LittleComfyUi.start({
				version,
				objectInfo,
				models: { checkpoints: [], embeddings: [] },
			});
			// Whoever recorded had already saved and deleted a workflow.
			const workflow = `${server.url}/userdata/workflows%2Fmine.json`;
			await fetch(workflow, { method: 'POST', body: '{}' });
			await fetch(workflow, { method: 'DELETE' });
		});

		afterAll(() => server.stop());

		const recordings = SCENARIOS[version].map((name) => [name, loadRecording(version, name)] as const);
		test.each(recordings)('%s', async (_name, recording) => {
			const { exchanges, sockets } = await new Replay(server, promptIds).run(recording);
			for (const { request, recorded, replayed } of exchanges)
				expect({ request, ...(replayed as object) }).toEqual({ request, ...(recorded as object) });
			for (const [name, { recorded, replayed }] of Object.entries(sockets))
				expect({ name, ...replayed }).toEqual({ name, ...recorded });
		});

		test('nothing in them hurt the server', () => {
			expect(server.damage).toEqual([]);
		});
	},
);
