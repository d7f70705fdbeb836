import { config } from '@n8n/node-cli/eslint';
import redos from 'eslint-plugin-redos';

export default [
	{ ignores: ['**/dist/**', 'coverage/**', 'demo-output/**', '.dev/**'] },
	...config,
	{
		// Texts of servers, forms and files reach these patterns: none may take time that grows faster than the text.
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'packages/*/src/**/*.ts'],
		plugins: { redos },
		rules: {
			'redos/no-vulnerable': ['error', { ignoreErrors: false, timeout: 60_000, randomSeed: 1, cache: true }],
			'no-restricted-syntax': [
				'error',
				{
					selector: "NewExpression[callee.name='RegExp'], CallExpression[callee.name='RegExp']",
					message: 'Write the pattern as a literal, so that it is checked for the time it takes.',
				},
			],
		},
	},
	{
		// Tests, demo, benchmark and the packages beside the n8n nodes never run inside n8n: the rules that
		// guard n8n's sandbox (timers, node builtins, child processes) do not concern them.
		files: ['test/**/*.ts', 'scripts/**/*.ts', 'packages/**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-restricted-imports': 'off',
			'@n8n/community-nodes/no-restricted-globals': 'off',
			'@n8n/community-nodes/require-node-api-error': 'off',
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'no-console': 'off',
			// The entry of this package is there after a build; `npm run typecheck` resolves it without one.
			'import-x/no-unresolved': ['error', { ignore: ['^comfyui-workflows-client$'] }],
		},
	},
];
