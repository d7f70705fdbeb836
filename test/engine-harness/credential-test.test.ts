import type {
	IAuthenticate,
	ICredentialTestFunctions,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
import { Engine } from '../support/engine';
import { nodeOf, text } from './support/nodeOf';
import { serve, type LocalServer } from './support/serve';

const properties: INodeProperties[] = [text('url'), text('token')];
const authenticate: IAuthenticate = {
	type: 'generic',
	properties: { headers: { authorization: '=Bearer {{ $credentials.token }}' } },
};
const request = { baseURL: '={{ $credentials.url }}', url: '/me' };

const requestType = (name: string, rules?: ICredentialTestRequest['rules']): ICredentialType => ({
	name,
	displayName: name,
	properties,
	authenticate,
	test: { request, rules },
});

const tested = nodeOf(async () => [[]], {
	credentials: [{ name: 'methodApi', testedBy: 'check' }, { name: 'untestedApi' }],
});
tested.methods = {
	credentialTest: {
		async check(this: ICredentialTestFunctions, credential) {
			const good = credential.data?.token === 'good';
			return good ? { status: 'OK', message: 'Welcome' } : { status: 'Error', message: 'Who are you?' };
		},
	},
};

let engine: Engine;
let server: LocalServer;
beforeAll(async () => {
	server = await serve(({ headers }, response) => {
		response.setHeader('content-type', 'application/json');
		if (headers.authorization !== 'Bearer good') response.statusCode = 403;
		response.end(JSON.stringify({ user: { plan: 'free' } }));
	});
	const plain: ICredentialType = { name: '', displayName: '', properties };
	engine = await Engine.start({
		nodeTypes: { 'probe.tested': tested },
		credentialTypes: {
			plainApi: requestType('plainApi'),
			codeApi: requestType('codeApi', [
				{ type: 'responseCode', properties: { value: 403, message: 'The key is wrong' } },
			]),
			bodyApi: requestType('bodyApi', [
				{
					type: 'responseSuccessBody',
					properties: { key: 'user.plan', value: 'free', message: 'Please pay' },
				},
			]),
			methodApi: { ...plain, name: 'methodApi' },
			untestedApi: { ...plain, name: 'untestedApi' },
		},
	});
});
afterAll(async () => {
	await engine.stop();
	await server.close();
});

test.each([
	['plainApi', 'good', 'OK', 'Connection successful!'],
	['plainApi', 'bad', 'Error', 'Forbidden'],
	['codeApi', 'good', 'OK', 'Connection successful!'],
	['codeApi', 'bad', 'Error', 'The key is wrong'],
	['bodyApi', 'good', 'Error', 'Please pay'],
	['methodApi', 'good', 'OK', 'Welcome'],
	['methodApi', 'bad', 'Error', 'Who are you?'],
	['untestedApi', 'good', 'Error', 'No testing function found for this credential.'],
])('tests %s with a %s token: %s, "%s"', async (type, token, status, message) => {
	expect(await engine.testCredential(type, { url: server.url, token })).toEqual({ status, message });
});

test('tells the error code of a server that is not there', async () => {
	const nowhere = await serve(() => {});
	await nowhere.close();
	expect(await engine.testCredential('plainApi', { url: nowhere.url, token: 'good' })).toEqual({
		status: 'Error',
		message: 'ECONNREFUSED',
	});
});
