import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until';
import { isOldMajor, n8nScript, nodeForN8n } from '../setup/installation';
import { freePort } from './freePort';
import { Program } from './Program';

/** Nothing is reported to or fetched from n8n's makers, and no banner covers the editor. */
const QUIET = {
	NODE_ENV: 'production',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
};

const START_MS = 280_000;

/** One process of n8n: a main or a worker. */
export class N8nProcess {
	private constructor(
		readonly url: string,
		private readonly program: Program,
	) {}

	/**
	 * @param home the folder that holds its `.n8n`; processes that share it share its key and its packages
	 * @param env further variables; `N8N_PORT` instead of a free port
	 */
	static async start(
		command: 'start' | 'worker',
		home: string,
		env: Record<string, string> = {},
	): Promise<N8nProcess> {
		const port = env.N8N_PORT ?? String(await freePort());
		const log = path.join(home, `${command}-${port}.log`);
		const url = `http://127.0.0.1:${port}`;
		const program = Program.start(
			nodeForN8n(),
			[n8nScript, command],
			{
				...QUIET,
				N8N_USER_FOLDER: home,
				N8N_ENCRYPTION_KEY: 'the key of the end-to-end tests',
				N8N_HOST: '127.0.0.1',
				N8N_LISTEN_ADDRESS: '127.0.0.1',
				N8N_PORT: port,
				QUEUE_HEALTH_CHECK_ACTIVE: 'true',
				QUEUE_HEALTH_CHECK_PORT: port,
				N8N_RUNNERS_BROKER_PORT: String(await freePort()),
				N8N_SECURE_COOKIE: 'false',
				N8N_LOG_LEVEL: 'info',
				...(isOldMajor && { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' }), // as n8n 2 has it
				...env,
			},
			log,
		);
		const n8n = new N8nProcess(url, program);
		try {
			await until(() => n8n.isReady(), `n8n to start`, START_MS);
		} catch (error) {
			await program.stop();
			throw new Error(`${String(error)}\n${readFileSync(log, 'utf8').slice(-3000)}`);
		}
		return n8n;
	}

	/** The file that keeps what n8n writes to its terminal. */
	get log(): string {
		return this.program.log;
	}

	/** Settles when n8n has ended, for whatever reason. */
	get ended(): Promise<void> {
		return this.program.exit;
	}

	async kill(): Promise<void> {
		await this.program.kill();
	}

	async stop(): Promise<void> {
		await this.program.stop();
	}

	private async isReady(): Promise<boolean> {
		if (this.program.hasEnded) throw new Error('n8n ended instead of starting');
		await delay(200);
		return await fetch(`${this.url}/healthz/readiness`).then(
			(response) => response.ok,
			() => false,
		);
	}
}
