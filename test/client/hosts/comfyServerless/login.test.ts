import { connectComfyServerless } from '../../../../nodes/client/hosts/comfyServerless/connect';
import { isFresh, login, renew, type SendLogin } from '../../../../nodes/client/hosts/comfyServerless/login';
import { nodeTransport } from '../../../../nodes/client/transport/nodeTransport';
import { gate } from '../../../support/gate';
import { caught } from '../../support/caught';
import { picture } from '../../support/workflows';
import { onServerless } from '../support/comfyServerlessStage';

const UNKNOWN = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';

describe('a login', () => {
	test('happens once for any number of requests at a time, and only when one needs it', async () => {
		await onServerless(async (stage) => {
			const { accounts } = stage.server;
			const host = stage.service();
			expect(accounts.logins).toBe(0);
			await Promise.all(Array.from({ length: 20 }, async () => await host.verify()));
			expect([accounts.logins, accounts.refreshes]).toEqual([1, 0]);
		});
	});

	test('is renewed by one refresh for all requests that are refused', async () => {
		await onServerless(async (stage) => {
			const { accounts } = stage.server;
			const host = stage.service();
			await host.verify();
			accounts.expire();
			await Promise.all(Array.from({ length: 20 }, async () => await host.verify()));
			expect([accounts.logins, accounts.refreshes]).toEqual([1, 1]);
		});
	});

	test('is renewed before it ends, without a request that is refused', async () => {
		await onServerless(
			async (stage) => {
				const host = stage.service();
				await host.verify();
				const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 141_000);
				await host.verify();
				later.mockRestore();
				expect(stage.server.accounts.refreshes).toBe(1);
				const paths = stage.server.requests.map(({ path }) => path);
				expect(paths).toEqual(['/auth/login', '/auth/me', '/auth/refresh', '/auth/me']);
			},
			{ expiresIn: 200 },
		);
	});

	test('is renewed with the refresh token as a query parameter where JSON is not taken', async () => {
		await onServerless(
			async (stage) => {
				const { accounts } = stage.server;
				const host = stage.service();
				await host.verify();
				const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 51_000);
				await host.verify();
				later.mockRestore();
				expect([accounts.logins, accounts.refreshes]).toEqual([1, 2]);
			},
			{ expiresIn: 100, refresh: 'query' },
		);
	});

	test.each(['none', 'query'] as const)('is made anew where the refresh is refused (%s)', async (refresh) => {
		await onServerless(
			async (stage) => {
				const { accounts } = stage.server;
				const host = stage.service();
				await host.verify();
				accounts.expire();
				await host.verify();
				expect(accounts.logins).toBe(2);
			},
			{ refresh },
		);
	});

	test('that is refused is not tried again for every item', async () => {
		await onServerless(async (stage) => {
			const client = stage.connect('bad');
			const errors = [];
			for (let item = 0; item < 5; item++) errors.push(await caught(client.queuePrompt(picture())));
			expect(errors.map(({ code }) => code)).toEqual(Array(5).fill('authentication'));
			expect(errors[0].message).toContain('Invalid email or password ***');
			expect(stage.server.accounts.logins).toBe(1);
		});
	});

	test('that one request no longer waits for goes on for the others', async () => {
		await onServerless(async (stage) => {
			const answers = gate();
			stage.server.faults.arm({ path: /login/ }, { kind: 'hold', until: () => answers.passed });
			const host = stage.service();
			const controller = new AbortController();
			const given = caught(host.verify({ signal: controller.signal }));
			const kept = host.verify();
			controller.abort();
			expect((await given).code).toBe('aborted');
			answers.open();
			await kept;
			expect(stage.server.accounts.logins).toBe(1);
		});
	});

	test('that meets no login route says so', async () => {
		await onServerless(async (stage) => {
			const { email, password } = stage.server.accounts;
			const baseUrl = `${stage.server.url}/elsewhere`;
			const host = connectComfyServerless({ baseUrl, email, password });
			expect(await caught(host.verify())).toMatchObject({ code: 'not-found' });
			await host.close();
		});
	});

	test('that has to wait says for how long', async () => {
		await onServerless(async (stage) => {
			stage.server.tooMany(/login/, 1, 60, false);
			const error = await caught(stage.connect().queuePrompt(picture()));
			expect(error).toMatchObject({ code: 'http', status: 429, retryAfterMs: 60_000 });
		});
	});
});

test('with an API key nothing logs in', async () => {
	await onServerless(async (stage) => {
		const { accounts } = stage.server;
		const client = stage.clientOf({ email: '', password: '', apiKey: accounts.apiKey });
		await client.queuePrompt(picture());
		expect(accounts.logins).toBe(0);
		const stranger = stage.clientOf({ apiKey: 'sk_wrong' });
		const error = await caught(stranger.getJob(UNKNOWN));
		expect([error.code, error.message]).toEqual([
			'authentication',
			'ComfyUI Serverless refused the login (401): Invalid or expired token ***',
		]);
	});
});

test('a transport of its own adds the token by itself', async () => {
	await onServerless(async (stage) => {
		const { accounts, url } = stage.server;
		const headers = { authorization: `Bearer ${accounts.apiKey}` };
		const transport = nodeTransport({ base: url, headers, query: {} }, {});
		await stage.clientOf({ email: '', password: '', transport }).queuePrompt(picture());
		expect(accounts.logins).toBe(0);
	});
});

test('tokens that came later are not shown', async () => {
	await onServerless(async (stage) => {
		const client = stage.connect();
		await client.queuePrompt(picture());
		const [token] = stage.server.accounts.issued;
		stage.server.faults.arm(
			{ path: /status/ },
			{ kind: 'respond', reply: { status: 400, body: `no ${token}` } },
		);
		const error = await caught(client.getJob(UNKNOWN));
		expect(error.message).toContain('no ***');
	});
});

test.each([
	[{ baseUrl: 'http://x' }, /incomplete/],
	[{ baseUrl: 'http://x', email: 'a@b.c' }, /incomplete/],
	[{ baseUrl: '', apiKey: 'k' }, /empty/],
	[{ baseUrl: 'http://me:secret@x', apiKey: 'k' }, /user name/],
])('credentials that cannot be are refused before anything is sent (%#)', async (options, message) => {
	const error = await caught(() => void connectComfyServerless(options));
	expect([error.code, error.message]).toEqual(['invalid-input', expect.stringMatching(message)]);
	expect(error.message).not.toContain('secret');
});

describe('what a credential needs', () => {
	const account = { baseUrl: 'https://s.example', email: 'a@b.c', password: 'secret-word' };
	const answering = (...answers: Array<[status: number, body: unknown]>) => {
		const asked: unknown[] = [];
		const send: SendLogin = async (request) => {
			asked.push(request);
			const [status, body] = answers.shift() ?? [500, {}];
			return { status, headers: {}, text: JSON.stringify(body) };
		};
		return { asked, send };
	};

	test('a login returns tokens and when to renew them', async () => {
		const { asked, send } = answering([200, { access_token: 'a', refresh_token: 'r', expires_in: 1800 }]);
		const before = Date.now();
		const tokens = await login(send, account);
		expect(tokens).toMatchObject({ accessToken: 'a', refreshToken: 'r' });
		expect(tokens.expiresAt - before).toBeGreaterThanOrEqual(1_800_000);
		expect(tokens.expiresAt - tokens.renewAt).toBe(60_000);
		expect([isFresh(tokens), isFresh(tokens, tokens.renewAt)]).toEqual([true, false]);
		const { email, password } = account;
		expect(asked).toEqual([{ url: 'https://s.example/auth/login', headers: {}, body: { email, password } }]);
	});

	test('tokens that last a minute or less are used for half of it', async () => {
		const { send } = answering([200, { access_token: 'a', expires_in: 60 }]);
		const { expiresAt, renewAt, refreshToken } = await login(send, account);
		expect([expiresAt - renewAt, refreshToken]).toEqual([30_000, '']);
	});

	test('a renewal tries JSON, then the query, then the login', async () => {
		const { asked, send } = answering([422, {}], [401, {}], [200, { access_token: 'b' }]);
		const old = { accessToken: 'a', refreshToken: 'r', expiresAt: 0, renewAt: 0 };
		expect(await renew(send, account, old)).toMatchObject({ accessToken: 'b' });
		const headers = { authorization: 'Bearer a' };
		expect(asked).toMatchObject([
			{ url: 'https://s.example/auth/refresh', headers, body: { refresh_token: 'r' } },
			{ url: 'https://s.example/auth/refresh', headers, query: { refresh_token: 'r' } },
			{ url: 'https://s.example/auth/login' },
		]);
	});

	test('an answer without tokens is no login', async () => {
		const { send } = answering([200, { hello: 'there' }]);
		expect((await caught(login(send, account))).code).toBe('unexpected-response');
	});
});
