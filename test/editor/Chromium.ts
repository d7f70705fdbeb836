import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const FLAGS = [
	'--headless=new',
	'--no-sandbox',
	'--disable-gpu',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--remote-debugging-port=0',
	'--window-size=1440,900',
];

interface Reply {
	id?: number;
	result?: Record<string, unknown>;
	error?: { message: string };
}

/** What `Runtime.evaluate` returns; see https://chromedevtools.github.io/devtools-protocol. */
interface Evaluated {
	result?: { value?: unknown };
	exceptionDetails?: { text: string; exception?: { description?: string } };
}

/** One page in Chromium, driven with its DevTools protocol. */
export class Chromium {
	private lastId = 0;
	private readonly pending = new Map<number, { resolve(result: object): void; reject(error: Error): void }>();
	private session: string | undefined;

	private constructor(
		private readonly browser: ChildProcess,
		private readonly profile: string,
		private readonly socket: WebSocket,
	) {
		socket.on('message', (data: Buffer) => {
			const { id, result, error } = JSON.parse(data.toString('utf8')) as Reply;
			const waiting = id === undefined ? undefined : this.pending.get(id);
			if (id === undefined || !waiting) return;
			this.pending.delete(id);
			if (error) waiting.reject(new Error(error.message));
			else waiting.resolve(result ?? {});
		});
		socket.on('close', () => {
			for (const { reject } of this.pending.values()) reject(new Error('Chromium has ended.'));
			this.pending.clear();
		});
	}

	/** @param executable path of Chromium or Chrome */
	static async start(executable: string): Promise<Chromium> {
		const profile = mkdtempSync(path.join(tmpdir(), 'editor-'));
		const browser = spawn(executable, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		const socket = new WebSocket(await debuggerUrl(browser), { maxPayload: 2 ** 30 });
		await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
		const chromium = new Chromium(browser, profile, socket);
		const { targetId } = await chromium.send('Target.createTarget', { url: 'about:blank' });
		const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true });
		chromium.session = String(sessionId);
		return chromium;
	}

	async open(url: string): Promise<void> {
		await this.send('Page.navigate', { url });
	}

	/** Runs a script in every page that is opened from now on, before its own scripts. */
	async beforeEachPage(source: string): Promise<void> {
		await this.send('Page.enable', {});
		await this.send('Page.addScriptToEvaluateOnNewDocument', { source });
	}

	/** @param size of the page, in CSS pixels */
	async setSize(size: { width: number; height: number }): Promise<void> {
		await this.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
	}

	/** A picture of the page, as PNG. */
	async screenshot(): Promise<Buffer> {
		const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
		return Buffer.from(String(data), 'base64');
	}

	/**
	 * Runs an expression in the page and waits for its promise.
	 * @throws Error with the message of what the expression throws
	 */
	async evaluate(expression: string): Promise<unknown> {
		const options = { expression, awaitPromise: true, returnByValue: true };
		const { result, exceptionDetails } = (await this.send('Runtime.evaluate', options)) as Evaluated;
		if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result?.value;
	}

	async stop(): Promise<void> {
		const ended = new Promise((resolve) => this.browser.once('exit', resolve));
		this.socket.close();
		this.browser.kill();
		await ended;
		rmSync(this.profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }); // its children end later
	}

	private async send(method: string, params: object): Promise<Record<string, unknown>> {
		const id = ++this.lastId;
		const answer = new Promise<Record<string, unknown>>((resolve, reject) => {
			this.pending.set(id, { resolve: (result) => resolve(result as Record<string, unknown>), reject });
		});
		this.socket.send(JSON.stringify({ id, method, params, sessionId: this.session }));
		return await answer;
	}
}

/** The URL that Chromium prints when it listens. */
async function debuggerUrl(browser: ChildProcess): Promise<string> {
	if (!browser.stderr) throw new Error('Chromium has no output.');
	return await new Promise((resolve, reject) => {
		const lines = createInterface({ input: browser.stderr as NonNullable<ChildProcess['stderr']> });
		lines.on('line', (line) => {
			const url = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
			if (url) resolve(url);
		});
		browser.once('error', reject);
		browser.once('exit', (code) => reject(new Error(`Chromium ended with ${code}.`)));
	});
}
