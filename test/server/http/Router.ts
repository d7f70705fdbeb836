import type { Reply } from './Reply';
import type { Request } from './Request';

export type Handler = (request: Request) => Reply | Promise<Reply>;

interface Route {
	method: string;
	parts: string[];
	handler: Handler;
}

export interface RouteOptions {
	/** Only the path as given: `/internal/...` has no second form below `/api`. */
	single?: boolean;
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

function matchParts(pattern: string[], parts: string[]): Record<string, string> | undefined {
	if (pattern.length !== parts.length) return undefined;
	const params: Record<string, string> = {};
	for (const [index, wanted] of pattern.entries()) {
		const part = parts[index] ?? '';
		if (!wanted.startsWith('{')) {
			if (wanted !== decode(part)) return undefined;
		} else if (part === '') return undefined;
		else params[wanted.slice(1, -1)] = decode(part);
	}
	return params;
}

/** Every route exists twice, plain and below `/api`; the jobs routes thereby also as `/api/api/jobs`. */
export class Router {
	private readonly routes: Route[] = [];

	/** @param prefixed false for servers that have no routes below `/api` yet */
	constructor(private readonly prefixed = true) {}

	on(method: string, path: string, handler: Handler, options: RouteOptions = {}): void {
		const paths = options.single || !this.prefixed ? [path] : [path, `/api${path}`];
		for (const form of paths) this.routes.push({ method, parts: form.split('/'), handler });
	}

	/** GET routes answer HEAD too. */
	get(path: string, handler: Handler, options?: RouteOptions): void {
		this.on('GET', path, handler, options);
	}

	post(path: string, handler: Handler, options?: RouteOptions): void {
		this.on('POST', path, handler, options);
	}

	find(request: Request): Handler | undefined {
		const method = request.method === 'HEAD' ? 'GET' : request.method;
		const parts = request.path.split('/');
		for (const route of this.routes) {
			const params = route.method === method ? matchParts(route.parts, parts) : undefined;
			if (!params) continue;
			request.params = params;
			return route.handler;
		}
		return undefined;
	}
}
