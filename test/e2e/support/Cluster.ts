import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installInto, pack } from '../setup/tarball';
import { N8n } from './N8n';
import { N8nProcess } from './N8nProcess';
import { Postgres } from './Postgres';
import { Redis } from './Redis';

/** What n8n makes of a worker that is gone: it looks every few seconds instead of every half minute. */
const STALLED = {
	QUEUE_WORKER_LOCK_DURATION: '12000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '3000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** n8n in queue mode: a main and two workers, with Redis and Postgres. Files are kept in the database. */
export class Cluster {
	/** By what they are called: the variable `E2E_WORKER` of each. */
	readonly workers = new Map<string, N8nProcess>();
	n8n!: N8n;
	private main!: N8nProcess;
	private readonly otherMains: N8nProcess[] = [];

	private constructor(
		private readonly home: string,
		private readonly redis: Redis,
		private readonly postgres: Postgres,
	) {}

	static async start(): Promise<Cluster> {
		const home = mkdtempSync(path.join(tmpdir(), 'n8n-e2e-queue-'));
		installInto(home, pack(home));
		const cluster = new Cluster(home, await Redis.start(), await Postgres.start());
		// The main alone makes the tables.
		cluster.main = await N8nProcess.start('start', home, cluster.env);
		cluster.n8n = await N8n.setUp(cluster.main.url);
		await Promise.all(['one', 'two'].map(async (name) => await cluster.addWorker(name)));
		return cluster;
	}

	async stop(): Promise<void> {
		await Promise.all([...this.workers.values()].map(async (worker) => await worker.stop()));
		await Promise.all([this.main, ...this.otherMains].map(async (main) => await main.stop()));
		await Promise.all([this.redis.stop(), this.postgres.stop()]);
		if (!process.env.E2E_KEEP) rmSync(this.home, { recursive: true, force: true });
	}

	/** Kills the main, and starts it again at its address. @param meanwhile what happens without a main */
	async restartMain(meanwhile: () => Promise<void>): Promise<void> {
		await this.main.kill();
		await meanwhile();
		const env = { ...this.env, N8N_PORT: new URL(this.main.url).port };
		this.main = await N8nProcess.start('start', this.home, env);
	}

	/** A main beside the first. Multi-main of n8n needs a license; without it, each of them takes itself for the leader. */
	async addMain(): Promise<N8nProcess> {
		const main = await N8nProcess.start('start', this.home, this.env);
		this.otherMains.push(main);
		return main;
	}

	/** @param name what its variable `E2E_WORKER` has */
	async addWorker(name: string): Promise<void> {
		const env = { ...this.env, E2E_WORKER: name };
		this.workers.set(name, await N8nProcess.start('worker', this.home, env));
	}

	private get env(): Record<string, string> {
		return {
			...STALLED,
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(this.redis.port),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(this.postgres.port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'n8n',
			N8N_BLOCK_ENV_ACCESS_IN_NODE: 'false',
			N8N_DEFAULT_BINARY_DATA_MODE: 'database',
		};
	}
}
