// Finds the package that a release tag names: node scripts/taggedPackage.mjs comfyui-workflows-client@0.1.0
// Prints `folder=` and `channel=` (npm's dist-tag) for GitHub's outputs. Refuses a tag that names no package of this
// repository, or another version than its package.json. Runs in the repository's root and needs no installation.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const [tag = ''] = process.argv.slice(2);
const at = tag.lastIndexOf('@');
const [name, version] = [tag.slice(0, at), tag.slice(at + 1)];

const workspaces = existsSync('packages')
	? readdirSync('packages').map((folder) => `./packages/${folder}`)
	: [];
const packages = ['.', ...workspaces]
	.filter((folder) => existsSync(`${folder}/package.json`))
	.map((folder) => ({ folder, ...JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) }));

const refuse = (reason) => {
	console.error(`Nothing is published: ${reason}`);
	process.exit(1);
};

const tagged = packages.find((one) => one.name === name);
if (!tagged) refuse(`the tag "${tag}" names none of ${packages.map((one) => one.name).join(', ')}.`);
if (tagged.private) refuse(`${name} is private.`);
if (tagged.version !== version)
	refuse(`the tag "${tag}" differs from the version ${tagged.version} in ${tagged.folder}/package.json.`);

console.log(`folder=${tagged.folder}`);
// A version such as 0.2.0-rc.1 must not become what `npm install` chooses.
console.log(`channel=${version.includes('-') ? 'next' : 'latest'}`);
