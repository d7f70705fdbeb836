/** An answer of n8n that is no success. */
export class RestError extends Error {
	constructor(
		readonly status: number,
		readonly body: string,
		request: string,
	) {
		super(`${request} was answered with ${status}: ${body.slice(0, 500)}`);
	}
}

/** n8n's REST interface as its editor uses it, signed in once. */
export class Rest {
	/** n8n ties a session to the browser that it was begun in. */
	readonly browserId: string;
	private cookie = '';

	constructor(
		readonly url: string,
		session: { browserId?: string; cookie?: string } = {},
	) {
		this.browserId = session.browserId ?? crypto.randomUUID();
		this.cookie = session.cookie ?? '';
	}

	/** Name and value of the session's cookie. */
	get session(): { browserId: string; cookie: string } {
		return { browserId: this.browserId, cookie: this.cookie };
	}

	async get<T>(path: string): Promise<T> {
		return await this.json<T>('GET', path);
	}

	async post<T>(path: string, body: unknown = {}): Promise<T> {
		return await this.json<T>('POST', path, body);
	}

	async patch<T>(path: string, body: unknown): Promise<T> {
		return await this.json<T>('PATCH', path, body);
	}

	/** Any request with the session; the caller checks the response. */
	async request(method: string, path: string, body?: unknown): Promise<Response> {
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers: {
				// n8n closes a connection that was idle for five seconds, which a busy machine notices too late.
				connection: 'close',
				'browser-id': this.browserId,
				...(this.cookie && { cookie: this.cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const [auth] = response.headers.getSetCookie().filter((cookie) => cookie.startsWith('n8n-auth='));
		if (auth) [this.cookie] = auth.split(';');
		return response;
	}

	/** What n8n puts around its answers is taken off. @throws RestError */
	private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.request(method, path, body);
		const text = await response.text();
		if (!response.ok) throw new RestError(response.status, text, `${method} ${path}`);
		const parsed: unknown = text === '' ? undefined : JSON.parse(text);
		return (isWrapped(parsed) ? parsed.data : parsed) as T;
	}
}

function isWrapped(value: unknown): value is { data: unknown } {
	return typeof value === 'object' && value !== null && 'data' in value;
}
