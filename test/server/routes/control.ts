import { empty } from '../http/Reply';
import type { Request } from '../http/Request';
import type { Router } from '../http/Router';
import type { RouteContext } from './RouteContext';

/** Invalid JSON counts as `{}` here; null and lists are exceptions all the same. */
function lenientBody(request: Request): Record<string, unknown> {
	try {
		request.json();
	} catch {
		return {};
	}
	return request.jsonObject();
}

export function controlRoutes(router: Router, context: RouteContext): void {
	router.post('/interrupt', (request) => {
		const { prompt_id } = lenientBody(request);
		const targeted = context.machine.has('interruptById') && Boolean(prompt_id);
		if (targeted) context.process.interruptPrompt(String(prompt_id));
		else context.process.pacer.interrupt();
		return empty();
	});

	router.post('/free', (request) => {
		const body = request.jsonObject();
		if (body['free_memory']) context.process.cache.clear();
		return empty();
	});
}
