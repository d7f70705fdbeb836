import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { didYouMean } from 'comfyui-workflows-client';
import { parse } from 'yaml';
import { isSystemError, UsageError } from '../errors';

/** The keys of every section, with what a value has to be. */
export const sections = {
	server: {
		host: 'text',
		url: 'text',
		servers: 'texts',
		tokenFile: 'text',
		partnerKeyFile: 'text',
		passwordFile: 'text',
		email: 'text',
		endpoint: 'text',
		headers: 'map',
		insecure: 'switch',
	},
	socket: { idleTimeout: 'text' },
	workflow: { check: 'switch', seed: 'text', dynamicPrompts: 'switch', timeout: 'text' },
	output: { to: 'text', force: 'switch' },
	batch: { concurrency: 'count', retries: 'count', keepGoing: 'switch' },
	logging: { level: 'text', color: 'switch', json: 'switch' },
} as const;

type Kinds = {
	text: string;
	texts: string[];
	map: Record<string, string>;
	switch: boolean;
	count: number;
};
type SectionName = keyof typeof sections;

/** The content of a configuration file, or of one of its profiles. Every value may be missing. */
export type Config = {
	[Section in SectionName]?: {
		-readonly [Key in keyof (typeof sections)[Section]]?: (typeof sections)[Section][Key] extends keyof Kinds
			? Kinds[(typeof sections)[Section][Key]]
			: never;
	};
};

/** A configuration file that was read. */
export interface ConfigFile {
	path: string;
	/** For all profiles. */
	common: Config;
	profiles: Record<string, Config>;
	/** The profile that is used when none is named. */
	defaultProfile?: string;
}

/** Where the file is unless `--config` or COMFYUI_CONFIG names one. */
function defaultConfigPath(env: NodeJS.ProcessEnv = process.env): string {
	const folder =
		process.platform === 'win32'
			? env.APPDATA || path.join(homedir(), 'AppData', 'Roaming')
			: env.XDG_CONFIG_HOME || path.join(homedir(), '.config');
	return path.join(folder, 'comfyui-workflows-cli', 'config.yaml');
}

/** No configuration is so large; another file was named. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a configuration file, YAML or JSON. Paths in it are relative to it.
 * @param named the path that the user gave; without it a missing file is an empty one
 * @throws UsageError that names the key
 */
export function readConfigFile(named: string | undefined): ConfigFile {
	const file = named ?? defaultConfigPath();
	const text = readText(file, named !== undefined);
	if (text === undefined) return { path: file, common: {}, profiles: {} };
	const content = parseYaml(text, file);
	const { profile, profiles = {}, ...common } = asMap(content, file, 'The file');
	if (profile !== undefined && typeof profile !== 'string') throw wrong(file, 'profile', 'a text');
	const read = Object.entries(asMap(profiles, file, 'profiles')).map(([name, values]) => [
		name,
		readConfig(asMap(values, file, `profiles.${name}`), file, `profiles.${name}.`),
	]);
	return {
		path: file,
		common: readConfig(common, file, ''),
		profiles: Object.fromEntries(read) as Record<string, Config>,
		defaultProfile: profile,
	};
}

function readText(file: string, isNamed: boolean): string | undefined {
	try {
		if (statSync(file).size > MAX_BYTES)
			throw new UsageError(`${file} is too large for a configuration file.`);
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (!isNamed && isSystemError(error) && error.code === 'ENOENT') return undefined;
		throw error;
	}
}

function parseYaml(text: string, file: string): unknown {
	try {
		return parse(text) ?? {};
	} catch (error) {
		const [reason] = (error as Error).message.split('\n');
		throw new UsageError(`${file} is not valid YAML: ${reason}`);
	}
}

function readConfig(content: Record<string, unknown>, file: string, place: string): Config {
	const config: Record<string, Record<string, unknown>> = {};
	for (const [section, values] of Object.entries(content)) {
		const keys = Object.hasOwn(sections, section) ? sections[section as SectionName] : undefined;
		if (!keys) throw unknown(file, `${place}${section}`, [...Object.keys(sections), 'profile', 'profiles']);
		config[section] = {};
		for (const [key, value] of Object.entries(asMap(values, file, `${place}${section}`))) {
			const where = `${place}${section}.${key}`;
			if (!Object.hasOwn(keys, key)) throw unknown(file, where, Object.keys(keys));
			config[section][key] = readValue(value, (keys as Record<string, keyof Kinds>)[key], file, where);
		}
		if (section === 'server') resolvePaths(config[section], file);
	}
	return config as Config;
}

function readValue(value: unknown, kind: keyof Kinds, file: string, where: string): unknown {
	switch (kind) {
		case 'text':
			if (typeof value === 'string' || typeof value === 'number') return String(value);
			throw wrong(file, where, 'a text');
		case 'switch':
			if (typeof value === 'boolean') return value;
			throw wrong(file, where, 'true or false');
		case 'count':
			if (Number.isSafeInteger(value) && (value as number) >= 0) return value;
			throw wrong(file, where, 'a whole number from 0 on');
		case 'texts':
			if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
			throw wrong(file, where, 'a list of texts');
		case 'map': {
			const map = asMap(value, file, where);
			if (Object.values(map).every((item) => typeof item === 'string')) return map;
			throw wrong(file, where, 'names with texts');
		}
	}
}

function resolvePaths(server: Record<string, unknown>, file: string): void {
	for (const key of ['tokenFile', 'partnerKeyFile', 'passwordFile']) {
		const value = server[key];
		if (typeof value !== 'string') continue;
		const home = value.replace(/^~(?=[/\\]|$)/, () => homedir());
		server[key] = path.resolve(path.dirname(file), home);
	}
}

function asMap(value: unknown, file: string, where: string): Record<string, unknown> {
	if (value === null) return {};
	if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
	throw wrong(file, where, 'keys with values');
}

const wrong = (file: string, where: string, what: string) =>
	new UsageError(`${file}: ${where} has to be ${what}.`);

function unknown(file: string, where: string, known: readonly string[]): UsageError {
	const name = where.split('.').pop() ?? where;
	return new UsageError(
		`${file}: there is no setting "${where}". ${didYouMean(name, known)}`.trim(),
		`Known here: ${known.join(', ')}.`,
	);
}
