const { transform } = require('../../jest.config.js');

/**
 * The tests against software of others that runs on this machine. `run.ts` installs it first.
 * @type {import('jest').Config}
 */
module.exports = {
	testEnvironment: 'node',
	rootDir: '../..',
	roots: ['<rootDir>/test/peers'],
	testMatch: ['**/*.peer.ts'],
	transform,
	setupFilesAfterEnv: ['<rootDir>/test/support/jest.setup.ts'],
	maxWorkers: 1,
	testTimeout: 120_000,
};
