import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';

export interface AccountOptions {
	/** Seconds that access tokens are said to last; undefined: it is not said. Default 1800. */
	expiresIn?: number;
	/** `json`: as documented; `query`: as it really is, and only with a valid token; `none`: always refused. */
	refresh?: 'json' | 'query' | 'none';
	/** Whether the service has the route of the account. Default true. */
	me?: boolean;
}

const PUBLIC = new Set(['/auth/login', '/health', '/health/']);

/** The account of the service, its tokens and its API key. */
export class Accounts {
	readonly email = 'someone@example.com';
	readonly password = 'p4ssword-canary';
	readonly apiKey = 'sk_api-key-canary';
	/** Every token that was ever given out. */
	readonly issued: string[] = [];
	logins = 0;
	refreshes = 0;
	private readonly valid = new Set<string>();
	private readonly refreshable = new Set<string>();

	constructor(private readonly options: AccountOptions) {}

	/** All access tokens end now. */
	expire(): void {
		this.valid.clear();
	}

	guard({ path, headers }: Request): Reply | undefined {
		if (PUBLIC.has(path) || path.startsWith('/health/')) return undefined;
		const { authorization } = headers;
		if (!authorization) return refused('authentication_required', 'Authorization header is required');
		const token = authorization.replace(/^Bearer /, '');
		if (token === this.apiKey || this.valid.has(token)) return undefined;
		const documented = path === '/auth/refresh' && this.options.refresh !== 'query';
		return documented ? undefined : refused('invalid_token', `Invalid or expired token ${token}`);
	}

	routes(router: Router): void {
		router.post('/auth/login', (request) => this.login(request), { single: true });
		const me = { id: 1, email: this.email, username: 'someone', is_active: true };
		if (this.options.me !== false) router.get('/auth/me', () => json(me), { single: true });
		router.post('/auth/refresh', (request) => this.refresh(request), { single: true });
	}

	private login(request: Request): Reply {
		this.logins++;
		const { email, password } = request.jsonObject();
		if (email === this.email && password === this.password) return this.tokens();
		return httpError(401, `Invalid email or password ${String(password)}`);
	}

	private refresh(request: Request): Reply {
		this.refreshes++;
		const { refresh = 'json' } = this.options;
		const inQuery = request.query.get('refresh_token');
		const inBody = request.body.length > 0 ? request.jsonObject().refresh_token : undefined;
		if (refresh === 'query' && inQuery === null) {
			return json(
				{ detail: [{ type: 'missing', loc: ['query', 'refresh_token'], msg: 'Field required' }] },
				422,
			);
		}
		const token = String(refresh === 'query' ? inQuery : inBody);
		if (refresh !== 'none' && this.refreshable.delete(token)) return this.tokens();
		return httpError(401, 'Invalid or expired refresh token');
	}

	private tokens(): Reply {
		const [access, refresh] = [`eyJ.access.${randomUUID()}`, `eyJ.refresh.${randomUUID()}`];
		this.issued.push(access, refresh);
		this.valid.add(access);
		this.refreshable.add(refresh);
		const { expiresIn = 'expiresIn' in this.options ? undefined : 1800 } = this.options;
		return json({
			access_token: access,
			refresh_token: refresh,
			token_type: 'bearer',
			...(expiresIn !== undefined && { expires_in: expiresIn }),
		});
	}
}

function refused(error: string, message: string): Reply {
	return json({ error, message }, 401);
}

/** The error responses of the service. */
export function httpError(status: number, message: string): Reply {
	return json({ error: 'http_error', message, status_code: status, timestamp: 1, path: '/' }, status);
}
