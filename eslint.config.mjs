import { config } from '@n8n/node-cli/eslint';

export default [
	{ ignores: ['dist/**', 'coverage/**', 'demo-output/**', '.dev/**'] },
	...config,
	{
		// Tests, demo and benchmark run on a developer's machine, never inside n8n: the rules that
		// guard n8n's sandbox (timers, node builtins, child processes) do not concern them.
		files: ['test/**/*.ts', 'scripts/**/*.ts'],
		rules: {
			'@n8n/community-nodes/no-restricted-imports': 'off',
			'@n8n/community-nodes/no-restricted-globals': 'off',
			'@n8n/community-nodes/require-node-api-error': 'off',
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'no-console': 'off',
		},
	},
];
