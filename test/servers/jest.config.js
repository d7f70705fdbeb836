const { transform } = require('../../jest.config.js');

/**
 * The tests against a real ComfyUI: one server for all files, which therefore run one after the other.
 * @type {import('jest').Config}
 */
module.exports = {
	testEnvironment: 'node',
	rootDir: '../..',
	roots: ['<rootDir>/test/servers'],
	testMatch: ['**/*.server.ts'],
	transform,
	globalSetup: '<rootDir>/test/servers/support/findServer.ts',
	setupFilesAfterEnv: ['<rootDir>/test/support/jest.setup.ts'],
	maxWorkers: 1,
	testTimeout: 60_000,
	verbose: true,
};
