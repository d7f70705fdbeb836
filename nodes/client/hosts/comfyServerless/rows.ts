import { timeOf } from './readExecution';
import { isRecord } from '../../core/guards';

/** A job in a list. */
export interface Execution {
	promptId: string;
	/** As the service spells it. */
	status: string;
	/** Epoch ms. */
	startedAt?: number;
	/** Epoch ms. */
	endedAt?: number;
	durationMs?: number;
	error?: string;
	metadata?: Record<string, unknown>;
}

/** A model that the service knows. */
export interface ServiceModel {
	name: string;
	type: string;
	loaded: boolean;
	downloading: boolean;
	/** 0 to 1. */
	downloadProgress?: number;
	/** Epoch ms. */
	lastUsedAt?: number;
	memoryMb?: number;
}

/** All models, and the memory that the loaded ones take. */
export interface ModelList {
	models: ServiceModel[];
	usedMb?: number;
	availableMb?: number;
}

/** How the service is. */
export interface ServiceHealth {
	/** `healthy`, `degraded` or `unhealthy`. */
	status: string;
	version?: string;
	uptimeMs?: number;
	/** Its parts, such as `comfyui` and `storage`; only in the detailed answer. */
	services: Array<{ name: string; status: string; error?: string; responseMs?: number }>;
}

type Clean = (text: string) => string;

export function readRow(row: Record<string, unknown>, clean: Clean): Execution {
	const seconds = numberOf(row.duration_seconds);
	return {
		promptId: String(row.execution_id),
		status: clean(String(row.status)),
		startedAt: timeOf(row.started_at),
		endedAt: timeOf(row.completed_at),
		durationMs: seconds === undefined ? undefined : seconds * 1000,
		error: typeof row.error === 'string' && row.error ? clean(row.error) : undefined,
		metadata: isRecord(row.metadata) ? row.metadata : undefined,
	};
}

export function readModels(answer: unknown): ModelList {
	const facts = isRecord(answer) ? answer : {};
	return {
		models: records(facts.models).map((model) => ({
			name: String(model.name),
			type: String(model.type),
			loaded: model.is_loaded === true,
			downloading: model.is_downloading === true,
			downloadProgress: numberOf(model.download_progress),
			lastUsedAt: timeOf(model.last_used),
			memoryMb: numberOf(model.memory_usage_mb),
		})),
		usedMb: numberOf(facts.total_memory_usage_mb),
		availableMb: numberOf(facts.available_memory_mb),
	};
}

export function readHealth(answer: unknown, clean: Clean): ServiceHealth {
	const facts = isRecord(answer) ? answer : {};
	const seconds = numberOf(facts.uptime_seconds);
	return {
		status: typeof facts.status === 'string' ? clean(facts.status) : 'unknown',
		version: typeof facts.version === 'string' ? clean(facts.version) : undefined,
		uptimeMs: seconds === undefined ? undefined : seconds * 1000,
		services: records(facts.services).map(({ name, status, error, response_time_ms }) => ({
			name: clean(String(name)),
			status: clean(String(status)),
			error: typeof error === 'string' && error ? clean(error) : undefined,
			responseMs: numberOf(response_time_ms),
		})),
	};
}

const records = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
const numberOf = (value: unknown) =>
	typeof value === 'number' && Number.isFinite(value) ? value : undefined;
