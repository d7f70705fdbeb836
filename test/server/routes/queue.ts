import { empty, json } from '../http/Reply';
import type { Router } from '../http/Router';
import { withoutKeys } from '../queue/PromptQueue';
import { historySlice } from '../queue/historySlice';
import { toInt } from '../wire/pythonText';
import type { RouteContext } from './RouteContext';

function integer(text: string | null): number | undefined {
	return text === null ? undefined : Number(toInt(text));
}

/** Python goes through a text letter by letter. */
function strings(value: unknown): string[] {
	if (typeof value === 'string') return [...value];
	if (!Array.isArray(value)) throw new TypeError('object is not iterable');
	return value.map(String);
}

export function queueRoutes(router: Router, context: RouteContext): void {
	const { has } = context.machine;

	router.get('/queue', () => {
		const { running, pending } = context.process.queue;
		const shown = (items: typeof running) => (has('tidyHistory') ? items.map(withoutKeys) : items);
		return json({ queue_running: shown(running), queue_pending: shown(pending) });
	});

	router.post('/queue', (request) => {
		const body = request.jsonMembers();
		if (body['clear']) context.process.queue.clear();
		if ('delete' in body) for (const id of strings(body['delete'])) context.process.queue.delete(id);
		return empty();
	});

	router.get('/history', (request) => {
		const maxItems = integer(request.query.get('max_items'));
		const offset = has('historyOffset') ? integer(request.query.get('offset')) : undefined;
		return json(historySlice(context.process.queue.history, maxItems, offset ?? -1));
	});

	router.get('/history/{prompt_id}', (request) => {
		const id = request.param('prompt_id');
		const entry = context.process.queue.history.get(id);
		return json(entry ? { [id]: entry } : {});
	});

	router.post('/history', (request) => {
		const body = request.jsonMembers();
		const { history } = context.process.queue;
		if (body['clear']) history.clear();
		if ('delete' in body) for (const id of strings(body['delete'])) history.delete(id);
		return empty();
	});
}
