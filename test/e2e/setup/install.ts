import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folder, installationFolder, nodeForN8n, nodePackage } from './installation';

/**
 * Installs what the end-to-end tests need, on first use: 3 GB in the user's cache folder, outside of the
 * repository so that no other tool has to walk through it. `test/e2e/node_modules` links there.
 */
function install(): void {
	const target = installationFolder();
	const done = path.join(target, '.complete');
	if (!existsSync(done)) {
		console.log(`Installing n8n into ${target}: takes some minutes, once.`);
		mkdirSync(target, { recursive: true });
		for (const file of ['package.json', 'package-lock.json'])
			copyFileSync(path.join(folder, file), path.join(target, file));
		// No install scripts: what they compile is not needed, with the exception of the database.
		npm(target, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
		buildSqlite(target);
		writeFileSync(done, '');
	}
	const link = path.join(folder, 'node_modules');
	rmSync(link, { recursive: true, force: true });
	symlinkSync(path.join(target, 'node_modules'), link);
}

/** For the Node.js that runs n8n, which need not be the one that runs this. */
function buildSqlite(target: string): void {
	const modules = path.join(target, 'node_modules');
	const headers = nodePackage(modules);
	npm(target, ['rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error'], {
		PATH: `${path.dirname(nodeForN8n(modules))}${path.delimiter}${process.env.PATH}`,
		...(headers && { npm_config_nodedir: headers }),
		CFLAGS: '-O1',
		CXXFLAGS: '-O1',
	});
}

/** Calls the npm that runs this script: the first one on the path is an old one of Node-RED, which refuses this lock file. */
function npm(cwd: string, args: string[], env: Record<string, string> = {}): void {
	const options = { cwd, stdio: 'inherit', env: { ...process.env, ...env } } as const;
	const { npm_execpath: script } = process.env;
	if (script) execFileSync(process.execPath, [script, ...args], options);
	else execFileSync('npm', args, options);
}

install();
