import type * as Checks from '../../nodes/client/check/checkOnServer';
import type * as Parsing from '../../nodes/client/workflow/parse';
import type * as Safety from '../../nodes/client/protocol/safeToSend';
import type { ApiWorkflow } from '../../nodes/client';
import { JobNodes, queue } from './support/JobNodes';
import { quick, textToImage } from './support/jobWorkflows';
import { RunNodes } from './support/runNodes';
import { sentJobs } from './support/sent';

const mockCounts = { parsed: 0, sanitized: 0, checked: 0 };

jest.mock('../../nodes/client/workflow/parse', () => {
	const real = jest.requireActual<typeof Parsing>('../../nodes/client/workflow/parse');
	const readWorkflow = (source: unknown) => {
		mockCounts.parsed += 1;
		return real.readWorkflow(source);
	};
	return { ...real, readWorkflow };
});

jest.mock('../../nodes/client/protocol/safeToSend', () => {
	const real = jest.requireActual<typeof Safety>('../../nodes/client/protocol/safeToSend');
	const sanitize = (workflow: ApiWorkflow) => {
		const safe = real.sanitize(workflow);
		if (safe !== workflow) mockCounts.sanitized += 1;
		return safe;
	};
	return { ...real, sanitize };
});

jest.mock('../../nodes/client/check/checkOnServer', () => {
	const real = jest.requireActual<typeof Checks>('../../nodes/client/check/checkOnServer');
	const checkOnServer: typeof Checks.checkOnServer = async (...args) => {
		mockCounts.checked += 1;
		return await real.checkOnServer(...args);
	};
	return { ...real, checkOnServer };
});

beforeEach(() => Object.assign(mockCounts, { parsed: 0, sanitized: 0, checked: 0 }));

const workflows = [1, 2, 3].map((seed) => textToImage({ seed }));
const input = workflows.map((workflow) => ({ json: { workflow } }));

describe('Run Workflow', () => {
	let nodes: RunNodes;
	beforeAll(async () => {
		nodes = await RunNodes.start();
	});
	afterAll(async () => await nodes.stop());

	// The workflow is an object, which is not kept: it is read for the check of all items, and when it is sent.
	test('checks the workflow of each item once, and reads it twice', async () => {
		const server = await nodes.server();
		const run = await nodes.run(server, '={{ $json.workflow }}', { input });
		expect(run.error).toBeUndefined();
		expect(sentJobs(server)).toHaveLength(3);
		expect(mockCounts).toEqual({ parsed: 6, sanitized: 6, checked: 3 });
	});

	test('does not parse it again for another attempt', async () => {
		const server = await nodes.server();
		const busy = { status: 503, headers: { 'retry-after': '0' }, body: 'busy' };
		server.faults.respond({ method: 'POST', path: /\/prompt$/, times: 1 }, busy);
		const run = await nodes.run(server, quick, { parameters: { retry: { wait: 0.01 } } });
		expect(run.items('Run')[0].json.attempts).toBe(2);
		expect(mockCounts).toEqual({ parsed: 1, sanitized: 1, checked: 1 });
	});
});

describe('Queue Prompt', () => {
	let nodes: JobNodes;
	beforeAll(async () => {
		nodes = await JobNodes.start();
	});
	afterAll(async () => await nodes.stop());

	test('checks the workflow of each item once, and reads it twice', async () => {
		const server = await nodes.server();
		await nodes.run(server, [queue('={{ $json.workflow }}')], { input });
		expect(sentJobs(server)).toHaveLength(3);
		expect(mockCounts).toEqual({ parsed: 6, sanitized: 6, checked: 3 });
	});

	test('parses a text that all items share once', async () => {
		const server = await nodes.server();
		await nodes.run(server, [queue(quick)], { input: [{ json: {} }, { json: {} }] });
		expect(sentJobs(server)).toHaveLength(2);
		expect(mockCounts).toEqual({ parsed: 1, sanitized: 4, checked: 2 });
	});
});
