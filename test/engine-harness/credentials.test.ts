import type { IncomingMessage } from 'node:http';
import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	INodeProperties,
} from 'n8n-workflow';
import { Engine } from '../support/engine';
import { nodeOf, text } from './support/nodeOf';
import { serve, type LocalServer } from './support/serve';

const url = text('url');

class FunctionApi implements ICredentialType {
	name = 'functionApi';
	displayName = 'Function API';
	properties: INodeProperties[] = [
		url,
		text('token', { typeOptions: { password: true } }),
		text('mood', { default: 'calm' }),
	];
	authenticate: IAuthenticate = async (credentials, request) => {
		if (!credentials.token) return request;
		request.headers = { ...request.headers, authorization: `Bearer ${credentials.token as string}` };
		return request;
	};
}

class GenericApi implements ICredentialType {
	name = 'genericApi';
	displayName = 'Generic API';
	properties: INodeProperties[] = [url, text('user'), text('token')];
	authenticate: IAuthenticate = {
		type: 'generic',
		properties: {
			headers: { 'X-User': '={{ $credentials.user }}' },
			qs: { key: '={{ $credentials.token }}' },
		},
	};
}

/** Logs in for a session, as Metabase and others want it. */
class SessionApi implements ICredentialType {
	name = 'sessionApi';
	displayName = 'Session API';
	properties: INodeProperties[] = [
		url,
		text('password'),
		{
			displayName: 'Session',
			name: 'session',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
		},
	];
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		const answer = (await this.helpers.httpRequest({
			method: 'POST',
			url: `${credentials.url as string}/login`,
			body: { password: credentials.password },
			json: true,
		})) as IDataObject;
		return { session: answer.session };
	}
	authenticate: IAuthenticate = {
		type: 'generic',
		properties: { headers: { authorization: '={{ $credentials.session }}' } },
	};
	test: ICredentialTestRequest = { request: { baseURL: '={{ $credentials.url }}', url: '/' } };
}

/** Calls its credential's server for every item and gives back what arrived there. */
const call = nodeOf(
	async function () {
		const type = this.getNodeParameter('type', 0) as string;
		const items = [];
		for (const item of this.getInputData().keys()) {
			const credentials = await this.getCredentials(type, item);
			const request = { url: `${credentials.url as string}/`, json: true };
			const json = (await this.helpers.httpRequestWithAuthentication.call(
				this,
				type,
				request,
			)) as IDataObject;
			items.push({ json: { ...json, mood: credentials.mood }, pairedItem: { item } });
		}
		return [items];
	},
	{
		properties: [text('type')],
		credentials: ['functionApi', 'genericApi', 'sessionApi'].map((name) => ({ name })),
	},
);

let logins = 0;
let valid = '';

function login(request: IncomingMessage): string {
	request.resume();
	valid = `session-${++logins}`;
	return JSON.stringify({ session: valid });
}

let engine: Engine;
let server: LocalServer;
beforeAll(async () => {
	server = await serve((request, response) => {
		response.setHeader('content-type', 'application/json');
		const { authorization } = request.headers;
		if (request.url === '/login') response.end(login(request));
		else if (authorization?.startsWith('session') && authorization !== valid)
			response.writeHead(401).end('{}');
		else response.end(JSON.stringify({ path: request.url, authorization, user: request.headers['x-user'] }));
	});
	engine = await Engine.start({
		nodeTypes: { 'probe.call': call },
		credentialTypes: { functionApi: FunctionApi, genericApi: GenericApi, sessionApi: new SessionApi() },
	});
});
afterAll(async () => {
	await engine.stop();
	await server.close();
});

const run = async (type: string, data: ICredentialDataDecryptedObject, input = [{ json: {} }]) =>
	await engine.run({
		nodes: [{ name: 'Call', type: 'probe.call', parameters: { type } }],
		credentials: { [type]: { url: server.url, ...data } },
		input,
	});

test('authenticates by a function, and adds the defaults of the type', async () => {
	const result = await run('functionApi', { token: 'abc' });
	expect(result.items('Call')).toMatchObject([{ json: { authorization: 'Bearer abc', mood: 'calm' } }]);
});

test('authenticates by a generic description', async () => {
	const result = await run('genericApi', { user: 'Ada', token: 'k1' });
	expect(result.items('Call')).toMatchObject([{ json: { path: '/?key=k1', user: 'Ada' } }]);
});

test('evaluates expressions in credentials for each item', async () => {
	const input = [{ json: { mood: 'gay' } }, { json: { mood: 'sad' } }];
	const result = await run('functionApi', { mood: '={{ $json.mood }}' }, input);
	expect(result.error).toBeUndefined();
	expect(result.items('Call').map((item) => item.json.mood)).toEqual(['gay', 'sad']);
});

test('logs in first, keeps the session, and logs in again when it is refused', async () => {
	const first = await run('sessionApi', { password: 'p' });
	expect(first.items('Call')).toMatchObject([{ json: { authorization: 'session-1' } }]);
	expect(first.storedCredential('sessionApi')).toMatchObject({ session: 'session-1', password: 'p' });

	const second = await run('sessionApi', { password: 'p' });
	expect(second.items('Call')).toMatchObject([{ json: { authorization: 'session-1' } }]);

	valid = 'none of those';
	const third = await run('sessionApi', { password: 'p' });
	expect(third.items('Call')).toMatchObject([{ json: { authorization: 'session-2' } }]);
	expect(third.storedCredential('sessionApi')).toMatchObject({ session: 'session-2' });
});

test('logs in for the test of a credential, even when an old session is stored', async () => {
	const before = logins;
	for (const session of ['', 'session-of-yesterday']) {
		const result = await engine.testCredential('sessionApi', { url: server.url, password: 'r', session });
		expect(result).toEqual({ status: 'OK', message: 'Connection successful!' });
	}
	expect(logins).toBe(before + 2);
});

test('confines the login to the allowed domains', async () => {
	const result = await run('sessionApi', {
		password: 'q',
		allowedHttpRequestDomains: 'domains',
		allowedDomains: 'example.com',
	});
	expect(result.error?.message).toContain('Domain not allowed');
});

test('reports a credential that is not set', async () => {
	const result = await engine.run({
		nodes: [{ name: 'Call', type: 'probe.call', parameters: { type: 'functionApi' } }],
	});
	expect(result.error).toMatchObject({ message: 'Node does not require credentials', node: 'Call' });
});
