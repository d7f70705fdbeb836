import { selfSigned } from '../../../support/selfSigned';
import { queue } from '../../support/JobNodes';
import { quick } from '../../support/jobWorkflows';
import type { Situation } from './Situation';

const nodes = [queue(quick)];
const PROMPT = { method: 'POST', path: /^\/api\/prompt$/ };
const page = (body: string) => `<!DOCTYPE html><html><body>${body}</body></html>`;

/** What stands between n8n and ComfyUI. */
export const connection = {
	serverDown: { when: 'the server is down', nodes, before: async ({ server }) => await server.stop() },
	noSuchHost: { when: 'the host name is unknown', nodes, url: 'http://comfyui.invalid:8188' },
	certificate: { when: 'nobody vouches for the certificate', nodes, options: { tls: selfSigned } },
	reset: {
		when: 'the server breaks every connection',
		nodes,
		before: ({ server }) => server.faults.resetConnection({ path: /./ }),
	},
	refused401: {
		when: 'the credentials are wrong',
		nodes,
		before: ({ server, echo }) =>
			server.faults.respond({ path: /./ }, { status: 401, body: `Who is ${echo}?` }),
	},
	refused403: {
		when: 'the credentials do not suffice',
		nodes,
		before: ({ server, echo }) => server.faults.respond({ path: /./ }, { status: 403, body: `Not ${echo}` }),
	},
	loginRedirect: {
		when: 'a login page is redirected to',
		nodes,
		before: ({ server, echo }) => {
			const location = `/login/${echo}?next=${encodeURIComponent(echo)}`;
			server.faults.respond({ path: /./ }, { status: 302, headers: { location } });
		},
	},
	redirect: {
		when: 'the server has moved',
		nodes,
		before: ({ server, echo }) => {
			const headers = { location: `https://comfy.example.com/${echo}/api/prompt?token=${echo}` };
			server.faults.respond({ path: /./ }, { status: 301, headers });
		},
	},
	loginPage: {
		when: 'a login page comes instead of an answer',
		nodes,
		before: ({ server, echo }) => {
			const body = page(`<form>${echo}<input name="p" type="password"></form>`);
			server.faults.respond({ path: /./ }, { status: 200, headers: { 'content-type': 'text/html' }, body });
		},
	},
	webPage: {
		when: 'a web page comes instead of an answer',
		nodes,
		before: ({ server, echo }) => {
			server.faults.respond({ path: /./ }, { status: 200, body: page(`Welcome to nginx! ${echo}`) });
		},
	},
	notJson: {
		when: 'something else than JSON comes',
		nodes,
		before: ({ server, echo }) =>
			server.faults.respond({ path: /./ }, { status: 200, body: `It works! ${echo}` }),
	},
	badGateway: {
		when: 'the proxy does not reach the server',
		nodes,
		before: ({ server, echo }) => server.faults.respond(PROMPT, { status: 502, body: `Bad Gateway ${echo}` }),
	},
	wrongPath: { when: 'the path of the address is wrong', nodes, options: { basePath: '/comfy' } },
} satisfies Record<string, Situation>;
