import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../../support/until';
import type { NodeRedVersion } from './versions';

const root = path.resolve(__dirname, '../../..');
/** When a request without an answer counts as hanging. */
const REQUEST_MS = 40_000;
const PACKAGES = ['packages/client', 'packages/node-red'];

/** A node of a flow file. */
export interface FlowNode {
	id: string;
	type: string;
	[member: string]: unknown;
}

interface Options {
	env?: Record<string, string>;
	/** Members of settings.js, as source code. */
	settings?: string;
}

/** A Node-RED in a process of its own, with the packed package installed as its palette manager does it. */
export class NodeRed {
	private child?: ChildProcess;
	private output = '';
	private port = 0;

	private constructor(
		private readonly version: NodeRedVersion,
		readonly folder: string,
		private readonly options: Options,
	) {}

	/** Installs the package from its tarball and starts Node-RED. */
	static async start(version: NodeRedVersion, options: Options = {}): Promise<NodeRed> {
		const folder = mkdtempSync(path.join(tmpdir(), 'node-red-'));
		const nodeRed = new NodeRed(version, folder, options);
		installPackages(folder);
		nodeRed.port = await freePort(); // so late, because npm opens connections that would take it
		nodeRed.writeSettings();
		await nodeRed.run();
		return nodeRed;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Everything that it has printed. */
	get log(): string {
		return this.output;
	}

	async run(): Promise<void> {
		const { node, script } = this.version;
		const child = spawn(node, [script, '--userDir', this.folder, '--port', String(this.port)], {
			env: { ...process.env, ...this.options.env },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.child = child;
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (data: Buffer) => (this.output += data.toString('utf8')));
		}
		const from = this.output.length;
		// the two lines come in either order
		const isUp = () =>
			['Server now running', 'Started flows'].every((line) => this.output.includes(line, from));
		await until(() => isUp() || child.exitCode !== null, 'Node-RED to start', 60_000);
		if (!isUp()) throw new Error(`Node-RED ended:\n${this.output}`);
	}

	/** Deploys a whole flow file. @param type as the menu of the button "Deploy" has it */
	async deploy(flows: FlowNode[], type: 'full' | 'flows' | 'nodes' = 'full'): Promise<void> {
		const from = this.output.length;
		await this.send('flows', flows, { 'node-red-deployment-type': type });
		await until(() => this.output.slice(from).includes('Started'), 'the deploy');
	}

	async get<T>(route: string): Promise<T> {
		const response = await fetch(`${this.url}/${route}`, { headers: { accept: 'application/json' } });
		return (await response.json()) as T;
	}

	async send(route: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
		const response = await fetch(`${this.url}/${route}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(REQUEST_MS),
		});
		if (!response.ok && route === 'flows') throw new Error(`${response.status}: ${await response.text()}`);
		return response;
	}

	/** Ends the process. @param signal SIGTERM lets Node-RED close its nodes */
	async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		const { child } = this;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.once('exit', resolve));
		child.kill(signal);
		await ended;
	}

	async stop(): Promise<void> {
		await this.end();
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** All text that it keeps on disk, except the installed packages. */
	keptText(): string {
		return ['flows.json', 'settings.js']
			.map((file) => readFileSync(path.join(this.folder, file), 'utf8'))
			.join('\n');
	}

	private writeSettings(): void {
		const settings = `module.exports = {
			flowFile: 'flows.json',
			credentialSecret: 'test',
			uiHost: '127.0.0.1',
			telemetry: { enabled: false },
			externalModules: { autoInstall: false },
			logging: { console: { level: 'info' } },
			${this.options.settings ?? ''}
		};\n`;
		writeFileSync(path.join(this.folder, 'settings.js'), settings);
	}
}

let packed: string[] | undefined;

/** Packs the built packages as npm would publish them, and installs them like any package of nodes. */
function installPackages(folder: string): void {
	packed ??= PACKAGES.map((name) => {
		const target = mkdtempSync(path.join(tmpdir(), 'tarballs-'));
		const output = execFileSync('npm', ['pack', '--json', '--pack-destination', target], {
			cwd: path.join(root, name),
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const [{ filename }] = JSON.parse(output) as Array<{ filename: string }>;
		return path.join(target, filename);
	});
	writeFileSync(path.join(folder, 'package.json'), '{ "name": "node-red-project", "private": true }\n');
	const args = [
		'install',
		'--ignore-scripts',
		'--prefer-offline',
		'--no-audit',
		'--no-fund',
		'--loglevel=error',
	];
	execFileSync('npm', [...args, ...packed], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as { port: number };
	await new Promise((resolve) => server.close(resolve));
	return port;
}
