import { readFileSync, statSync } from 'node:fs';
import { didYouMean } from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import { readConfigFile, type Config, type ConfigFile } from './configFile';
import { parseDuration } from './duration';
import { parseHostName, type HostName } from './hosts';

/** The options that every command has, as the command line gives them. */
export interface GlobalOptions {
	url?: string[];
	host?: string;
	endpoint?: string;
	profile?: string;
	tokenFile?: string;
	token?: string;
	header?: string[];
	insecure?: boolean;
	json?: boolean;
	quiet?: boolean;
	verbose?: boolean;
	color?: boolean;
	input?: boolean;
	config?: string;
}

/** How to reach the server. */
export interface ServerSettings {
	host: HostName;
	/** Several make a pool. */
	urls: string[];
	token?: string;
	partnerKey?: string;
	email?: string;
	password?: string;
	endpoint?: string;
	headers: Record<string, string>;
	insecure: boolean;
	idleTimeoutMs?: number;
}

/** What flags, the environment and the configuration file say together. */
export interface Settings {
	server: ServerSettings;
	/** The file's sections, the profile's over the common ones. Options of a command override them. */
	config: Config;
	/** Whether the program may ask questions and read keys. */
	input: boolean;
	/** To print before the work. */
	warnings: string[];
}

const DEFAULT_URL = 'http://127.0.0.1:8188';

/**
 * Merges the settings: flags override the environment, the environment the profile, the profile the rest of the file.
 * @throws UsageError
 */
export function readSettings(options: GlobalOptions, env: NodeJS.ProcessEnv = process.env): Settings {
	const file = readConfigFile(options.config ?? (env.COMFYUI_CONFIG || undefined));
	const config = withProfile(file, options.profile ?? (env.COMFYUI_PROFILE || undefined));
	const warnings: string[] = [];
	return {
		server: serverSettings(options, env, config, warnings),
		config,
		input: options.input !== false,
		warnings,
	};
}

function withProfile({ path, common, profiles, defaultProfile }: ConfigFile, named?: string): Config {
	const name = named ?? defaultProfile;
	if (name === undefined) return common;
	if (!Object.hasOwn(profiles, name)) {
		const known = Object.keys(profiles);
		throw new UsageError(
			`${path} has no profile "${name}". ${didYouMean(name, known)}`.trim(),
			known.length > 0 ? `Its profiles are ${known.join(', ')}.` : 'It has no profiles.',
		);
	}
	const profile = profiles[name];
	const merged: Record<string, object> = { ...common };
	for (const [section, values] of Object.entries(profile)) {
		// A profile has a server of its own: no login of another one.
		merged[section] = section === 'server' ? values : { ...merged[section], ...values };
	}
	return merged as Config;
}

function serverSettings(
	options: GlobalOptions,
	env: NodeJS.ProcessEnv,
	{ server = {}, socket = {} }: Config,
	warnings: string[],
): ServerSettings {
	const host = parseHostName(options.host ?? (env.COMFYUI_HOST || server.host || 'self-hosted'));
	// The clients in the documentation of ComfyUI Serverless read this name.
	const ofService = host === 'comfy-serverless' ? env.COMFYUI_API_URL : undefined;
	const ofEnvironment = (env.COMFYUI_URL || ofService || '').split(/[\s,]+/).filter(Boolean);
	const ofFile = server.servers ?? (server.url ? [server.url] : []);
	const given = [options.url ?? [], ofEnvironment, ofFile].find((urls) => urls.length > 0) ?? [];
	if (options.token !== undefined)
		warnings.push(
			'--token is visible to other users of this computer. Set COMFYUI_TOKEN or use --token-file instead.',
		);
	if (options.url?.some(hasPassword))
		warnings.push(
			'The password in --url is visible to other users of this computer. Set COMFYUI_URL instead.',
		);
	// A login belongs to one server: that of the file is not sent to another address.
	const isOfFile = given === ofFile || (given.length === 0 && host === parseHostName(server.host ?? host));
	const login = isOfFile ? server : {};
	const token =
		options.token ??
		(options.tokenFile !== undefined ? secretIn(options.tokenFile, warnings) : undefined) ??
		(env.COMFYUI_TOKEN || undefined) ??
		secretIn(login.tokenFile, warnings);
	return {
		host,
		urls: given.length === 0 && host === 'self-hosted' ? [DEFAULT_URL] : given,
		token,
		partnerKey: env.COMFYUI_PARTNER_KEY || secretIn(login.partnerKeyFile, warnings),
		email: env.COMFYUI_EMAIL || login.email,
		password: env.COMFYUI_PASSWORD || secretIn(login.passwordFile, warnings),
		endpoint: options.endpoint ?? (env.COMFYUI_ENDPOINT || login.endpoint),
		headers: { ...login.headers, ...Object.fromEntries((options.header ?? []).map(parseHeader)) },
		insecure: options.insecure ?? login.insecure ?? false,
		...(socket.idleTimeout && { idleTimeoutMs: parseDuration(socket.idleTimeout, 'socket.idleTimeout') }),
	};
}

function hasPassword(url: string): boolean {
	return URL.canParse(url) && new URL(url).password !== '';
}

function parseHeader(text: string): [string, string] {
	const colon = text.indexOf(':');
	if (colon > 0) return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
	throw new UsageError(`--header has to be "Name: value"; it has no colon.`);
}

/** The first line of a file with a secret. */
function secretIn(file: string | undefined, warnings: string[]): string | undefined {
	if (file === undefined) return undefined;
	const [secret] = readFileSync(file, 'utf8').split(/\r?\n/);
	if (!secret.trim()) throw new UsageError(`${file} is empty.`, 'Write the secret into its first line.');
	if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
		warnings.push(`${file} can be read by other users. Run: chmod 600 ${file}`);
	return secret.trim();
}
