const { transform } = require('../../jest.config.js');

/**
 * The end-to-end tests: one n8n for all files, which therefore run one after the other.
 * @type {import('jest').Config}
 */
module.exports = {
	testEnvironment: 'node',
	rootDir: '../..',
	roots: ['<rootDir>/test/e2e'],
	testMatch: ['**/*.e2e.ts'],
	transform,
	globalSetup: '<rootDir>/test/e2e/setup/start.ts',
	globalTeardown: '<rootDir>/test/e2e/setup/stop.ts',
	maxWorkers: 1,
	testTimeout: 120_000,
};
