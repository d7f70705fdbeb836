const base = require('../../jest.config.js');

/** Whole Node-REDs in processes of their own. They are installed by install.ts. @type {import('jest').Config} */
module.exports = {
	...base,
	rootDir: '../..',
	roots: ['<rootDir>/test/whole-node-red'],
	testMatch: ['**/*.red.ts'],
	maxWorkers: 1,
};
