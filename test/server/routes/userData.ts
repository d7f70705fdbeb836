import { mediaType } from '../files/mediaTypes';
import { safeFolder } from '../files/paths';
import type { UserFile } from '../files/UserData';
import { bytes, empty, json, text } from '../http/Reply';
import type { Request } from '../http/Request';
import type { Router } from '../http/Router';
import { atLeast } from '../version';
import type { RouteContext } from './RouteContext';

function isSet(request: Request, name: string): boolean {
	return (request.query.get(name) ?? '').toLowerCase() === 'true';
}

export function userDataRoutes(router: Router, context: RouteContext): void {
	const { users } = context.machine.settings;
	/** With several users the header decides; an unknown user is an exception. */
	const userFiles = ({ headers }: Request) => {
		const user = users ? String(headers['comfy-user'] ?? 'default') : 'default';
		if (users && !Object.hasOwn(users, user)) throw new Error(`Unknown user: ${user}`);
		return context.userData(user);
	};
	/** Seconds as a fraction at first, milliseconds in newer versions. */
	const inMilliseconds = atLeast(context.machine.settings.version, '0.4.0');

	const describe = (path: string, { data, modified, created }: UserFile) => {
		const time = (value: number) => (inMilliseconds ? value : value / 1000);
		return { path, size: data.length, modified: time(modified), created: time(created) };
	};

	router.get('/users', () =>
		json(users ? { storage: 'server', users } : { storage: 'server', migrated: true }),
	);

	router.get('/userdata', (request) => {
		const userData = userFiles(request);
		const dir = request.query.get('dir');
		if (!dir) return text(400, 'Directory not provided');
		const folder = safeFolder(dir);
		if (folder === undefined) return text(403, 'Invalid directory');
		const paths = userData.list(folder, isSet(request, 'recurse'));
		if (!paths) return text(404, 'Directory not found');
		if (isSet(request, 'full_info'))
			return json(paths.map((path) => describe(path, userData.get(`${folder}/${path}`) as UserFile)));
		return json(isSet(request, 'split') ? paths.map((path) => [path, ...path.split('/')]) : paths);
	});

	router.get('/userdata/{file}', (request) => {
		const file = userFiles(request).get(request.param('file'));
		return file ? bytes(200, file.data, { 'Content-Type': mediaType(request.param('file')) }) : empty(404);
	});

	router.post('/userdata/{file}', (request) => {
		const userData = userFiles(request);
		const path = request.param('file');
		if (safeFolder(path) === undefined) return empty(403);
		const keep = request.query.get('overwrite') === 'false';
		if (keep && userData.get(path)) return text(409, 'File already exists');
		const file = userData.put(path, request.body);
		return json(isSet(request, 'full_info') ? describe(path, file) : path);
	});

	router.on('DELETE', '/userdata/{file}', (request) =>
		empty(userFiles(request).delete(request.param('file')) ? 204 : 404),
	);

	router.post('/userdata/{file}/move/{dest}', (request) => {
		const userData = userFiles(request);
		const [from, to] = [request.param('file'), request.param('dest')];
		const file = userData.get(from);
		if (!file) return empty(404);
		if (request.query.get('overwrite') === 'false' && userData.get(to))
			return text(409, 'File already exists');
		userData.put(to, file.data);
		userData.delete(from);
		return json(to);
	});
}
