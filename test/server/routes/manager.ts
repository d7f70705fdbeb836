import { empty, text, type Reply } from '../http/Reply';
import type { Router } from '../http/Router';
import type { RouteContext } from './RouteContext';

/**
 * ComfyUI-Manager: its version 4 has `POST /v2/manager/reboot`, version 3 `POST /manager/reboot`, and older ones take a GET.
 * The process is replaced while it handles the request, so no answer comes (seen with 4.2.2 on 0.33.0).
 */
export function managerRoutes(router: Router, context: RouteContext): void {
	const { manager } = context.machine.settings;
	if (!manager) return;
	const isForbidden = manager === 'forbidden';
	const [method, path] = (isForbidden ? 'POST /v2/manager/reboot' : manager).split(' ') as [string, string];
	router.on(method, path, (request) => {
		const type = request.headers['content-type'] ?? '';
		// a form of another web page must not restart the server
		if (
			method === 'POST' &&
			/^(text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)
		)
			return text(400, 'Invalid Content-Type for this endpoint.');
		if (isForbidden) return empty(403);
		context.restart();
		return new Promise<Reply>(() => {});
	});
}
