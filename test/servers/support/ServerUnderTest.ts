import {
	ComfyUiClient,
	type ComfyUiError,
	type ErrorCode,
	type JobResult,
	type QueuedJob,
	type QueueOptions,
	type WaitOptions,
} from '../../../nodes/client';
import { until } from '../../support/until';
import { isBefore, serverFacts } from './facts';

/** Longer than any job of these tests; a job that takes longer hangs. */
const TIMEOUT_MS = 30_000;

export interface Run {
	job: QueuedJob;
	result: JobResult;
}

/** A real ComfyUI, with two clients that know nothing of each other. */
export class ServerUnderTest {
	readonly url = serverFacts().url;
	readonly client = this.connect();
	readonly other = this.connect();

	connect(options: Partial<Parameters<typeof ComfyUiClient.connect>[0]> = {}): ComfyUiClient {
		return ComfyUiClient.connect({ url: this.url, ...options });
	}

	/** Queues a workflow and waits for what it makes. */
	async run(workflow: unknown, options?: QueueOptions, waitOptions?: WaitOptions): Promise<Run> {
		const job = await this.client.queuePrompt(workflow, options);
		return { job, result: await this.wait(job, waitOptions) };
	}

	async wait({ promptId }: QueuedJob, options?: WaitOptions): Promise<JobResult> {
		return await this.client.waitForCompletion(promptId, { timeoutMs: TIMEOUT_MS, ...options });
	}

	async download(file: JobResult['files'][number]): Promise<Buffer> {
		return await collect(await this.client.download(file));
	}

	/** Resolves once the server runs this job. */
	async running({ promptId }: QueuedJob): Promise<void> {
		const isRunning = async () =>
			(await this.other.getQueue()).some((job) => job.promptId === promptId && job.state === 'running');
		await until(isRunning, 'the job to run', TIMEOUT_MS);
	}

	/** Resolves once nothing runs and nothing waits. */
	async idle(): Promise<void> {
		await until(async () => (await this.other.getQueue()).length === 0, 'an idle server', TIMEOUT_MS);
	}

	/** The features do not tell: those of every server since 0.6 name ComfyUI-Manager, with and without it. */
	async hasManager(): Promise<boolean> {
		const paths = ['/api/v2/manager/version', '/api/manager/version'];
		const answers = await Promise.all(paths.map(async (path) => await this.fetch(path)));
		return answers.some(({ status }) => status === 200);
	}

	/** Servers before 0.3.10 that were started with --output-directory list another folder. */
	async listsItsOutput(): Promise<boolean> {
		const { text } = await this.fetch('/system_stats');
		return !isBefore('0.3.10') || !text.includes('--output-directory');
	}

	/** What the server answers to a request that the client has no method for. */
	async fetch(path: string, init?: RequestInit): Promise<{ status: number; text: string }> {
		const response = await fetch(this.url + path, init);
		return { status: response.status, text: await response.text() };
	}

	/** Stops what a failed test has left behind. */
	async settle(): Promise<void> {
		await this.other.clearQueue();
		await this.other.interrupt();
		await this.idle();
	}

	async close(): Promise<void> {
		await this.client.close();
		await this.other.close();
	}
}

/** The server for the tests of a file: each test finds it idle. */
export function serverUnderTest(): ServerUnderTest {
	const server = new ServerUnderTest();
	afterEach(async () => await server.settle());
	afterAll(async () => await server.close());
	return server;
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of stream) parts.push(part);
	return Buffer.concat(parts);
}

/** The error that something fails with, which has to have this code. */
export async function failure<Failure extends ComfyUiError = ComfyUiError>(
	promise: Promise<unknown>,
	code: ErrorCode,
): Promise<Failure> {
	const error: unknown = await promise.then(
		(value) => new Error(`no error, but ${JSON.stringify(value)}`),
		(reason: unknown) => reason,
	);
	if (!(error instanceof Error) || !('code' in error)) throw error;
	expect({ code: error.code, message: error.message }).toEqual({ code, message: error.message });
	return error as unknown as Failure;
}
