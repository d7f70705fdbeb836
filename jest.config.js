// swc removes the types without checking them; `npm run typecheck` does that.
const swc = [
	'@swc/jest',
	{
		jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
		module: { type: 'commonjs' },
		sourceMaps: 'inline',
	},
];

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: { '^.+\\.ts$': swc },
	// Packages on the client are tested with its sources: no build is needed, and no pause of the client is waited for.
	moduleNameMapper: { '^comfyui-workflows-client$': '<rootDir>/nodes/client' },
	setupFilesAfterEnv: ['<rootDir>/test/support/jest.setup.ts'],
	// Only what hangs comes near it, also on a busy machine.
	testTimeout: 120_000,
	// Most of the time is spent waiting for servers: jest's own choice leaves a core idle.
	maxWorkers: '100%',
	// What test files leave behind in a worker makes each garbage collection slower: then a new worker takes over.
	workerIdleMemoryLimit: '600MB',
};
