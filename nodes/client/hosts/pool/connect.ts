import { InvalidInputError } from '../../core/errors';
import { show } from '../../core/text';
import { parseServerUrl } from '../../transport/address';
import type { TransportOptions } from '../../transport/TransportOptions';
import type { Host } from '../Host';
import { connectSelfHosted, type ConnectOptions } from '../selfHosted/connect';
import { createPool } from './Pool';
import { PoolMember } from './PoolMember';
import { stateOf } from './ServerState';

/** One server of a pool: how to reach it, and what the pool should know of it. */
export interface PoolServer extends Omit<ConnectOptions, 'clientId'> {
	/**
	 * Short name: letters, digits, hyphens, dots and underscores. It is part of the IDs of jobs, so it should not change
	 * while jobs run. Default: made of the host name and the port of the URL.
	 */
	name?: string;
	/** How fast the server is, compared with the others: one with 2 gets twice as many jobs. Above 0, up to 100. Default 1. */
	weight?: number;
	/** A word that jobs can ask for, such as `large`. */
	tag?: string;
}

/** Several self-hosted servers that are used as one. */
export interface PoolOptions extends TransportOptions {
	/** 1 to 100 servers. What they leave out of {@link TransportOptions} is taken from the pool. */
	servers: readonly PoolServer[];
	/** Comfy.org API key for partner nodes, for servers without one. */
	partnerApiKey?: string;
	/** Client ID of the events; a new one by default. */
	clientId?: string;
}

const MAX_SERVERS = 100;
const MAX_NAME = 60;
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** Builds the host of a pool. @throws InvalidInputError that names the server, without its address or its secrets */
export function connectPool({ servers, partnerApiKey, ...shared }: PoolOptions): Host {
	if (!Array.isArray(servers) || servers.length === 0) {
		throw new InvalidInputError('The pool has no servers.', 'Add at least one server with its URL.');
	}
	if (servers.length > MAX_SERVERS) {
		throw new InvalidInputError(`The pool has ${servers.length} servers; it can have ${MAX_SERVERS}.`);
	}
	const names = new Set<string>();
	const bases = new Map<string, string>();
	const members = servers.map((server: PoolServer, index) => {
		const { weight = 1, tag, ...options } = server;
		const name = nameOf(server, index);
		if (names.has(name.toLowerCase())) throw twice(`the name ${show(name)}`);
		names.add(name.toLowerCase());
		const base = baseOf(server.url, index).toLowerCase();
		if (bases.has(base)) throw twice(`the address of ${show(bases.get(base))}`);
		bases.set(base, name);
		if (!(weight > 0 && weight <= MAX_WEIGHT)) {
			throw new InvalidInputError(
				`The weight of the server ${show(name)} is not a number above 0, up to ${MAX_WEIGHT}.`,
			);
		}
		const connection = { ...shared, partnerApiKey, ...options };
		const host = connectSelfHosted(connection);
		const state = stateOf(JSON.stringify([base, options.headers, options.query, options.url]));
		return new PoolMember(host, { name, weight, tag: tag?.trim() || undefined, state });
	});
	return createPool(members);
}

const MAX_WEIGHT = 100;

function nameOf({ name, url }: PoolServer, index: number): string {
	if (name === undefined || name === '') return defaultName(url, index);
	if (NAME.test(name) && name.length <= MAX_NAME) return name;
	throw new InvalidInputError(
		`The name ${show(name, 60)} of server ${index + 1} cannot be used.`,
		`Use up to ${MAX_NAME} letters, digits, hyphens, dots and underscores, such as gpu-1.`,
	);
}

/** Host name, port and path of a URL as one word; without user name, password and query. */
function defaultName(url: string, index: number): string {
	const words = baseOf(url, index)
		.replace(/^https?:\/\//, '')
		.split(/[^A-Za-z0-9.-]+/);
	return words.filter(Boolean).join('-').slice(0, MAX_NAME);
}

/** @throws InvalidInputError with the place of the server in the list */
function baseOf(url: string, index: number): string {
	try {
		return parseServerUrl(url).base;
	} catch (error) {
		throw atServer(error, index);
	}
}

/** The error of a URL, with the place of the server in the list. */
function atServer(error: unknown, index: number): unknown {
	if (!(error instanceof InvalidInputError)) return error;
	return new InvalidInputError(`Server ${index + 1} of the pool: ${error.message}`, error.hint);
}

function twice(what: string): InvalidInputError {
	return new InvalidInputError(
		`Two servers of the pool have ${what}.`,
		'Give each server a name and an address of its own.',
	);
}
