import 'reflect-metadata';
import { BinaryDataService, InstanceSettings } from 'n8n-core';
import { Expression } from 'n8n-workflow';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coreContainer, stopTimers } from './container';
import { withEnvironment } from './environment';
import type { EngineOptions } from './types';

/** What a started n8n-core holds on to. */
export interface Runtime {
	/** n8n's user folder; files of the `filesystem` mode lie in `binaries` below it. */
	folder: string;
	binaryData: BinaryDataService;
	stop(): Promise<void>;
}

let running = false;

/**
 * Starts n8n-core's services afresh in a folder of their own. The services are singletons of the process, hence
 * one engine at a time.
 */
export async function startRuntime(options: EngineOptions): Promise<Runtime> {
	if (running) throw new Error('Another engine is running in this process: stop it first');
	running = true;
	const container = coreContainer();
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-engine-'));

	let stopped = false;
	const stop = async () => {
		if (stopped) return;
		stopped = true;
		await Expression.disposeExpressionEngine();
		Expression.setExpressionEngine('legacy');
		stopTimers();
		container.reset();
		await rm(folder, { recursive: true, force: true });
		running = false;
	};

	try {
		container.reset();
		const binaryData = await withEnvironment(environmentFor(folder, options), async () => {
			container.get(InstanceSettings);
			return container.get(BinaryDataService);
		});
		await binaryData.init();
		await startExpressionEngine(options.expressionEngine ?? 'legacy');
		return { folder, binaryData, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

function environmentFor(folder: string, options: EngineOptions): Record<string, string> {
	return {
		N8N_USER_FOLDER: folder,
		N8N_ENCRYPTION_KEY: 'a key for tests and demos',
		N8N_LOG_LEVEL: 'silent',
		N8N_DEFAULT_BINARY_DATA_MODE: options.binaryMode ?? 'filesystem',
		N8N_BINARY_DATA_STORAGE_PATH: path.join(folder, 'binaries'),
	};
}

/** The numbers are n8n's defaults. */
async function startExpressionEngine(engine: NonNullable<EngineOptions['expressionEngine']>): Promise<void> {
	if (engine === 'legacy') return;
	await Expression.initExpressionEngine({
		engine,
		poolSize: 1,
		maxCodeCacheSize: 1024,
		bridgeTimeout: 5000,
		bridgeMemoryLimit: 128,
	});
}
