import { isRecord } from '../../core/guards';
import { asError, HttpError, InvalidInputError, NotFoundError } from '../../core/errors';
import { show } from '../../core/text';
import type { AbortOptions } from '../../core/time';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import type { ServerUsers } from '../ServerAdmin';

/** The users of a server, and the files that the editor keeps for each of them. */

export async function readUsers(api: Api, { signal }: AbortOptions): Promise<ServerUsers> {
	const answer = await api.json<unknown>({ path: '/api/users', signal });
	const users = isRecord(answer) && isRecord(answer.users) ? answer.users : undefined;
	if (!users) return { multiUser: false, users: [{ id: 'default', name: 'default' }] };
	return {
		multiUser: true,
		users: Object.entries(users).map(([id, name]) => ({ id, name: typeof name === 'string' ? name : id })),
	};
}

/** @see ServerAdmin.writeUserFile */
export async function writeUserFile(
	api: Api,
	path: string,
	text: string,
	{ overwrite = false, signal }: AbortOptions & { overwrite?: boolean } = {},
): Promise<void> {
	const route = `/api/userdata/${segment(path, 'path')}`;
	const body = { kind: 'json', text } as const;
	const response = await api.text({ method: 'POST', path: route, query: { overwrite }, body, signal });
	if (response.status === 409) throw existsAlready(path);
	await assertStored(api, path, response, { signal });
}

/** @see ServerAdmin.deleteUserFile */
export async function deleteUserFile(api: Api, path: string, { signal }: AbortOptions = {}): Promise<void> {
	const route = `/api/userdata/${segment(path, 'path')}`;
	const response = await api.text({ method: 'DELETE', path: route, signal });
	if (response.status === 404) throw new NotFoundError(`The server has no user file ${show(path)}.`);
	await assertStored(api, path, response, { signal });
}

async function assertStored(
	api: Api,
	path: string,
	response: TextResponse,
	{ signal }: AbortOptions,
): Promise<void> {
	if (response.status === 403) throw outside(path);
	try {
		api.assertOk(response, '/api/userdata');
	} catch (error) {
		throw await withUserHint(api, error, { signal });
	}
}

const existsAlready = (path: string) =>
	new InvalidInputError(
		`The server has a file ${show(path)} already.`,
		'Choose another name, or turn on "Overwrite".',
	);

const outside = (path: string) =>
	new InvalidInputError(
		`The path ${show(path)} leads out of the folder of the user.`,
		'Enter a path without "..", such as portraits/studio.',
	);

/**
 * Servers that were started with `--multi-user` fail (500) on every request for user files that names no user.
 * @returns the error to throw
 */
export async function withUserHint(api: Api, error: unknown, { signal }: AbortOptions = {}): Promise<Error> {
	if (!(error instanceof HttpError) || error.status !== 500) return asError(error);
	const { multiUser } = await readUsers(api, { signal }).catch(() => ({ multiUser: false }));
	if (!multiUser) return error;
	return new InvalidInputError(
		`The ComfyUI at ${api.base} has several users, and the request names none of them, or one that it does not know.`,
		'Enter the ID of a user in the field "User ID" of the ComfyUI credential. ComfyUI Server lists the users and their IDs.',
	);
}
