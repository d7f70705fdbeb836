import { spawnSync } from 'node:child_process';
import path from 'node:path';

/**
 * Runs the tests of this folder against a real ComfyUI, whatever its version.
 *
 * Usage: npm run test:servers -- URL [options of jest, such as -t "words of a test"]
 */
const [url, ...options] = process.argv.slice(2);
if (!url || !URL.canParse(url)) {
	process.stderr.write('Usage: npm run test:servers -- http://127.0.0.1:8188 [options of jest]\n');
	process.exit(2);
}
const root = path.resolve(__dirname, '../..');
const jest = path.join(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(
	process.execPath,
	[jest, '--config', path.join(__dirname, 'jest.config.js'), ...options],
	{
		cwd: root,
		stdio: 'inherit',
		env: { ...process.env, COMFYUI_URL: url.replace(/\/+$/, '') },
	},
);
process.exit(status ?? 1);
