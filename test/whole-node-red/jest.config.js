const base = require('../../jest.config.js');

/** Whole Node-REDs in processes of their own. They are installed by install.ts. @type {import('jest').Config} */
module.exports = {
	...base,
	rootDir: '../..',
	roots: ['<rootDir>/test/whole-node-red'],
	// The editor takes minutes, and needs Chromium.
	testMatch: process.env.E2E === 'all' ? ['**/*.red.ts'] : ['**/jobs.red.ts'],
	maxWorkers: 1,
};
