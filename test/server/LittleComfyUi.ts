import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { Catalogue } from './catalogue/Catalogue';
import { Faults } from './faults/Faults';
import { FileStore } from './files/FileStore';
import { UserData } from './files/UserData';
import { HttpFront } from './http/HttpFront';
import { listen } from './http/listen';
import type { RecordedRequest } from './http/RecordedRequest';
import { handleUpgrade } from './http/upgrade';
import { withDefaults, type LittleComfyUiOptions, type Settings } from './options';
import { Process, type Machine } from './Process';
import { routesOf } from './routes';
import { Submission } from './routes/Submission';
import { submissionBody, type SubmitOptions } from './submitOptions';
import { featuresOf } from './version';

/**
 * A small ComfyUI on a real port: it queues, runs, streams events and keeps files as the real one of
 * the configured version does, and fails on demand.
 */
export class LittleComfyUi {
	readonly requests: RecordedRequest[] = [];
	/** Bodies that would have hurt a real server. Tests of a well-behaved client expect none. */
	readonly damage: string[] = [];
	readonly files = new FileStore();
	readonly faults: Faults;
	private readonly userData = new Map<string, UserData>();
	private readonly machine: Machine;
	private process: Process;
	private server: Server | undefined;
	private boundPort = 0;
	private earlierBusyMs = 0;

	private constructor(private readonly settings: Settings) {
		const { files, damage } = this;
		const catalogue = new Catalogue(settings.models, settings.objectInfo, files);
		this.faults = new Faults({
			terminateSockets: () => this.process.hub.terminateAll(),
			silenceSockets: () => this.process.hub.silenceAll(),
			reapSockets: () => this.process.hub.reapSilent(),
			sendRaw: (frame) => this.process.hub.raw(frame),
			loseJob: (promptId) => this.process.loseJob(promptId, this.faults),
			dropHistory: (promptId) => void this.process.queue.history.delete(promptId),
			killWorker: () => this.process.pacer.kill(),
			held: (held) => this.process.pacer.hold(held),
		});
		const has = featuresOf(settings.version);
		this.machine = { settings, has, files, catalogue, faults: this.faults, damage };
		this.process = new Process(this.machine);
	}

	static async start(options: LittleComfyUiOptions = {}): Promise<LittleComfyUi> {
		const server = new LittleComfyUi(withDefaults(options));
		await server.listen(options.port ?? 0);
		return server;
	}

	get port(): number {
		return this.boundPort;
	}

	get url(): string {
		const { host, tls, basePath } = this.settings;
		return `${tls ? 'https' : 'http'}://${host}:${this.port}${basePath}`;
	}

	/** Sockets open now. */
	get sockets(): number {
		return this.process.hub.connections.size;
	}

	/** Ids of the jobs that wait or run. */
	get going(): string[] {
		const { running, pending } = this.process.queue;
		return [...running, ...pending].map(([, promptId]) => promptId);
	}

	/** Milliseconds that the worker has spent executing, over all restarts. */
	get busyMs(): number {
		return this.earlierBusyMs + this.process.worker.busyMs;
	}

	/** What GET /history/{id} would say, or undefined where it would say `{}`. */
	history(promptId: string): unknown {
		const entry = this.process.queue.history.get(promptId);
		return entry && { [promptId]: entry };
	}

	/** Queues as another client would; rejects with the error body when the prompt is not accepted. */
	async submit(prompt: object, options: SubmitOptions = {}): Promise<string> {
		const reply = new Submission(this.machine, this.process, submissionBody(prompt, options)).submit();
		if (!reply.accepted)
			throw new Error(JSON.stringify({ error: reply.error, node_errors: reply.node_errors }));
		return reply.prompt_id;
	}

	/** Resolves when nothing waits and nothing runs. */
	idle(): Promise<void> {
		return this.process.idle();
	}

	/**
	 * Sockets are cut; queue, history, temp files and cached results are gone; the port stays.
	 * @param downUntil connections are refused until this is fulfilled
	 */
	async restart({ downUntil }: { downUntil?: Promise<unknown> } = {}): Promise<void> {
		await this.shutDown();
		this.earlierBusyMs = this.busyMs;
		this.files.clear('temp');
		await downUntil;
		this.process = new Process(this.machine);
		await this.listen(this.boundPort);
	}

	async stop(): Promise<void> {
		await this.shutDown();
	}

	private async listen(port: number): Promise<void> {
		const context = {
			machine: this.machine,
			process: this.process,
			userData: (user: string) => {
				const files = this.userData.get(user) ?? new UserData();
				this.userData.set(user, files);
				return files;
			},
			crash: () => void setTimeout(0).then(() => this.shutDown()),
			restart: () => void setTimeout(0).then(() => this.restart()),
		};
		const front = new HttpFront(this.machine, routesOf(context), this.requests);
		const { tls, host } = this.settings;
		const server = tls ? createTlsServer(tls) : createServer();
		server.on('request', (message, response) => void front.handle(message, response));
		server.on('upgrade', handleUpgrade(front, this.machine, this.process, this.requests));
		this.boundPort = await listen(server, host, port);
		this.server = server;
	}

	private async shutDown(): Promise<void> {
		const { server } = this;
		this.server = undefined;
		this.process.end();
		if (!server) return;
		const closed = new Promise<void>((resolve) => server.close(() => resolve()));
		server.closeAllConnections();
		await closed;
	}
}
