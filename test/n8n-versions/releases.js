const { homedir } = require('node:os');
const path = require('node:path');
const { name } = require('../../package.json');

/**
 * Releases of n8n's packages with which the nodes are tried, besides those in package.json. A line of n8n has its own
 * numbers for each package: n8n 1.85 has n8n-workflow 1.83.0.
 */
exports.releases = [
	{ title: 'n8n 1.122', packages: { 'n8n-core': '1.122.48', 'n8n-workflow': '1.120.31' } },
	{ title: 'n8n 2.20', packages: { 'n8n-core': '2.20.6', 'n8n-workflow': '2.20.3' } },
	{ title: 'the oldest n8n: 1.85', packages: { 'n8n-workflow': '1.83.0' } },
	{ title: 'too old: n8n 1.84', packages: { 'n8n-workflow': '1.82.0' } },
];

/** Where the packages of a release are, in the user's cache folder, for all checkouts. */
exports.folderOf = ({ packages }) =>
	path.join(
		process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
		name,
		'n8n-releases',
		Object.entries(packages)
			.map((entry) => entry.join('-'))
			.join('-'),
	);
