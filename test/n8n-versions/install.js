const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { folderOf, releases } = require('./releases');

/** Installs the releases of n8n's packages. Needs the network the first time only, and then half a minute each. */
function installReleases() {
	for (const release of releases) {
		const folder = folderOf(release);
		if (existsSync(folder)) continue;
		const unfinished = `${folder}.${process.pid}`;
		mkdirSync(unfinished, { recursive: true });
		writeFileSync(path.join(unfinished, 'package.json'), '{ "private": true }\n');
		const wanted = Object.entries(release.packages).map((entry) => entry.join('@'));
		// Without scripts: a dependency of n8n-core compiles for minutes, and the tests do not need it.
		const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
		execFileSync('npm', args, { cwd: unfinished, stdio: 'inherit' });
		rmSync(folder, { recursive: true, force: true });
		renameSync(unfinished, folder);
	}
}

installReleases();
