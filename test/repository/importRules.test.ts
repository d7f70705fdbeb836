import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The rules of .dependency-cruiser.cjs, over a tree of planted files: `npm run lint` applies them to the real one. */

const root = path.resolve(__dirname, '../..');

const ALLOWED: Record<string, string> = {
	'node_modules/n8n-workflow/index.js': '',
	'node_modules/ws/index.js': '',
	'node_modules/undici/index.js': '',
	'nodes/client/core/errors.ts': 'export type A = 1;',
	'nodes/client/protocol/queue.ts': "import { A } from '../core/errors'; export type B = A;",
	'nodes/client/transport/http.ts': "import 'undici'; import 'ws'; import { A } from '../core/errors';",
	'nodes/client/hosts/Host.ts': "import '../transport/http'; export type Host = 1;",
	'nodes/client/hosts/comfyOrg/Api.ts': "import '../Host';",
	'nodes/client/hosts/comfyCloud/connect.ts': "import '../comfyOrg/Api';",
	'nodes/client/index.ts': "import './hosts/comfyCloud/connect';",
	'nodes/client/check/two.ts': "import type { One } from './one'; export type Two = One;",
	'nodes/client/newFolder/a.ts': '',
	'nodes/shared/items.ts': "import 'n8n-workflow'; import '../client/index';",
	'nodes/GetImages/getFiles.ts': "import '../shared/items'; import '../client/core/errors';",
	'credentials/ComfyUiApi.credentials.ts': "import '../nodes/shared/items';",
};

/** Files that each break one rule: path, text, name of the rule. */
const PLANTED: Array<[file: string, text: string, rule: string]> = [
	['nodes/client/core/up.ts', "import type { B } from '../protocol/queue';", 'floor-of-core'],
	['nodes/client/core/lazy.ts', "export const later = import('../transport/http');", 'floor-of-core'],
	['nodes/client/transport/up.ts', "import type { Host } from '../hosts/Host';", 'floor-of-transport'],
	['nodes/client/hosts/up.ts', "import './comfyOrg/Api';", 'floor-of-hosts'],
	['nodes/client/hosts/runPod/aside.ts', "import '../comfyCloud/connect';", 'floor-of-hosts/runPod'],
	['nodes/client/hosts/comfyOrg/aside.ts', "import '../comfyCloud/connect';", 'floor-of-hosts/comfyOrg'],
	['nodes/client/jobs/up.ts', "import '../hosts/comfyOrg/Api';", 'floor-of-jobs'],
	['nodes/client/workflow/down.ts', "import '../transport/http';", 'floor-of-workflow'],
	['nodes/client/convert/index.ts', "import '../index';", 'top-of-client'],
	['nodes/client/ComfyUiClient.ts', "import './newFolder/a';", 'folder-has-a-floor'],
	['nodes/client/check/one.ts', "import type { Two } from './two'; export type One = Two;", 'no-circle'],
	['nodes/client/jobs/n8n.ts', "import type { INode } from 'n8n-workflow';", 'client-stands-alone'],
	['nodes/client/jobs/builtin.ts', "import 'node:fs';", 'client-stands-alone'],
	['nodes/client/jobs/oldBuiltin.ts', "const { join } = require('path');", 'client-stands-alone'],
	['nodes/client/jobs/shared.ts', "import '../../shared/items';", 'client-stands-alone'],
	['nodes/shared/up.ts', "import '../GetImages/getFiles';", 'shared-below-nodes'],
	['nodes/QueuePrompt/aside.ts', "import '../GetImages/getFiles';", 'node-apart-from-node'],
	['credentials/up.ts', "import '../nodes/GetImages/getFiles';", 'credentials-below-nodes'],
	['nodes/shared/nowhere.ts', "import './gone';", 'import-leads-somewhere'],
];

interface Violation {
	from: string;
	to: string;
	rule: { name: string };
}

let folder: string;
let violations: Violation[];

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'import-rules-'));
	const planted = Object.fromEntries(PLANTED.map(([file, text]) => [file, text]));
	for (const [file, text] of Object.entries({ ...ALLOWED, ...planted, 'tsconfig.json': '{}' })) {
		mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
		writeFileSync(path.join(folder, file), text);
	}
	violations = cruise();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line as `npm run lint` does: its interface for programs is an ES module, which jest cannot load. */
function cruise(): Violation[] {
	const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
	const config = path.join(root, '.dependency-cruiser.cjs');
	const args = [program, '--config', config, '--output-type', 'json', 'nodes', 'credentials'];
	const output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
	return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}

test.each(PLANTED)('%s with %s is a violation of %s', (file, _text, rule) => {
	const found = violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name);
	expect(found).toContain(rule);
});

test('imports that go down the floors are no violation', () => {
	expect(violations.filter(({ from }) => from in ALLOWED)).toEqual([]);
});
