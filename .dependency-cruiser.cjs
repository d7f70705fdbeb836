/**
 * The rules for imports, checked by `npm run lint`. docs/architecture.md draws them.
 * Imports of types count like all others.
 */

const CLIENT = 'nodes/client/';

/**
 * The folders of the client, lowest floor first, each with the folders that it may import besides itself.
 * `hosts` means the files directly in `hosts/`. The files directly in `nodes/client/` may import every folder.
 */
const FLOORS = {
	core: [],
	protocol: ['core'],
	objectInfo: ['core'],
	transport: ['core', 'protocol'],
	hosts: ['core', 'protocol', 'objectInfo', 'transport'],
	workflow: ['core', 'protocol', 'objectInfo'],
	fields: ['core', 'protocol', 'objectInfo', 'workflow'],
	convert: ['core', 'protocol', 'objectInfo', 'workflow', 'fields'],
	readyMade: ['core', 'objectInfo', 'transport', 'protocol', 'hosts'],
	metadata: ['core', 'transport', 'workflow'],
	check: ['core', 'protocol', 'objectInfo', 'transport', 'hosts', 'workflow'],
	jobs: ['core', 'protocol', 'objectInfo', 'transport', 'hosts', 'workflow', 'check'],
	watch: ['core', 'protocol', 'transport', 'hosts', 'jobs'],
};

/** One folder per host, each with the other host folders that it may import: the base URL, the login and the errors of comfy.org. */
const HOSTS = {
	selfHosted: [],
	pool: ['selfHosted'],
	comfyOrg: [],
	comfyCloud: ['comfyOrg', 'comfyApiV2'],
	comfyApiV2: ['comfyOrg'],
	comfyDeploy: [],
	comfyServerless: [],
	runComfy: [],
	runPod: [],
};

/** A pattern of the files in a folder of the client. */
const files = (folder) => (folder === 'hosts' ? `^${CLIENT}hosts/[^/]+$` : `^${CLIENT}${folder}/`);

const floor = ([folder, allowed]) => ({
	name: `floor-of-${folder}`,
	comment: `nodes/client/${folder} imports only: ${[folder, ...allowed].join(', ')}.`,
	severity: 'error',
	from: { path: files(folder) },
	to: { path: `^${CLIENT}`, pathNot: [folder, ...allowed].map(files) },
});

const hostFolder = ([host, allowed]) =>
	floor([`hosts/${host}`, [...FLOORS.hosts, 'hosts', ...allowed.map((other) => `hosts/${other}`)]]);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		...Object.entries(FLOORS).map(floor),
		...Object.entries(HOSTS).map(hostFolder),
		{
			name: 'folder-has-a-floor',
			comment: 'A new folder of the client needs a line in FLOORS or HOSTS.',
			severity: 'error',
			from: {},
			to: {
				path: `^${CLIENT}[^/]+/`,
				pathNot: [...Object.keys(FLOORS), ...Object.keys(HOSTS).map((host) => `hosts/${host}`)].map(files),
			},
		},
		{
			name: 'top-of-client',
			comment: 'Nothing in the client imports its public surface, index.ts.',
			severity: 'error',
			from: { path: `^${CLIENT}` },
			to: { path: `^${CLIENT}index\\.ts$` },
		},
		{
			name: 'no-circle',
			comment: 'Two files that import each other, also through others, are one idea or hide a third one.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'client-stands-alone',
			comment:
				'The client is a package of its own, for Node.js and other runtimes: from outside it imports two ' +
				'packages that may be missing, never n8n and no module of Node.js.',
			severity: 'error',
			from: { path: `^${CLIENT}` },
			to: { pathNot: [`^${CLIENT}`, '^node_modules/(@types/)?(undici|ws)/'] },
		},
		{
			name: 'shared-below-nodes',
			comment: 'What the nodes share does not know them.',
			severity: 'error',
			from: { path: '^nodes/shared/' },
			to: { path: '^(nodes|credentials)/', pathNot: '^nodes/(shared|client)/' },
		},
		{
			name: 'node-apart-from-node',
			comment: 'What two nodes need belongs into nodes/shared.',
			severity: 'error',
			from: { path: '^nodes/(?!client/|shared/)([^/]+)/' },
			to: { path: '^(nodes|credentials)/', pathNot: '^nodes/(client|shared|$1)/' },
		},
		{
			name: 'credentials-below-nodes',
			comment: 'Credentials import what the nodes share, and no node.',
			severity: 'error',
			from: { path: '^credentials/' },
			to: { path: '^nodes/', pathNot: '^nodes/shared/' },
		},
		{
			name: 'import-leads-somewhere',
			comment: 'A file that is not there, or a package that is not in package.json.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true },
		},
	],
	options: {
		doNotFollow: { path: '^node_modules/' },
		tsConfig: { fileName: 'tsconfig.json' },
		// With the imports of types, which the compiler drops.
		tsPreCompilationDeps: true,
	},
};
