/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.test.json' }] },
	setupFilesAfterEnv: ['<rootDir>/test/support/jest.setup.ts'],
	testTimeout: 30_000,
	// Most of the time is spent waiting for servers: jest's own choice leaves a core idle.
	maxWorkers: '100%',
};
