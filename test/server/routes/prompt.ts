import { json } from '../http/Reply';
import type { Router } from '../http/Router';
import type { RouteContext } from './RouteContext';
import { Submission } from './Submission';

export function promptRoutes(router: Router, context: RouteContext): void {
	router.get('/prompt', () => json(context.process.status()));

	router.post('/prompt', (request) => {
		const body = request.json();
		if (body === null || typeof body === 'number' || typeof body === 'boolean')
			throw new TypeError('argument is not iterable');
		const isObject = typeof body === 'object' && !Array.isArray(body);
		const given = isObject ? (body as Record<string, unknown>) : {};
		const { accepted, ...reply } = new Submission(context.machine, context.process, given).submit();
		const clientId = given['client_id'];
		if (accepted && clientId !== null && typeof clientId === 'object') context.crash();
		return json(reply, accepted ? 200 : 400);
	});
}
