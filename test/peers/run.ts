import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installPeers } from './support/python';

/**
 * Runs the tests of this folder against the Comfy API proxy and the SDK of Comfy.org, which it installs from PyPI. Without
 * Python or the package index it says why the tests are left out, and ends without an error.
 *
 * Usage: npm run test:peers [-- options of jest, such as -t "words of a test"]
 *
 * COMFYUI_URL=http://127.0.0.1:8188 puts the proxy in front of a real ComfyUI instead of the little one.
 */
const reason = installPeers();
if (reason) {
	process.stdout.write(`The tests against other software were left out: ${reason}.\n`);
	process.exit(0);
}
const root = path.resolve(__dirname, '../..');
const jest = path.join(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(
	process.execPath,
	[jest, '--config', path.join(__dirname, 'jest.config.js'), ...process.argv.slice(2)],
	{ cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
