import type { Settings } from '../options';
import type { Has } from '../version';

const MEMORY = 25_276_514_304;

export function systemStats({ version, previews, outputDirectory }: Settings, has: Has): object {
	return {
		system: {
			os: has('platformName') ? 'linux' : 'posix',
			ram_total: MEMORY,
			ram_free: MEMORY - 1_330_843_648,
			...(has('versionReported') && { comfyui_version: version }),
			required_frontend_version: '1.27.10',
			installed_templates_version: null,
			required_templates_version: '0.1.95',
			python_version: '3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]',
			pytorch_version: '2.13.0+cpu',
			embedded_python: false,
			argv: [
				'main.py',
				'--cpu',
				...(previews ? ['--preview-method', 'auto'] : []),
				...(outputDirectory === undefined ? [] : ['--output-directory', outputDirectory]),
			],
			...(has('uuidPromptId') && { deploy_environment: 'local-git' }),
		},
		devices: [
			{
				name: 'cpu',
				type: 'cpu',
				index: null,
				vram_total: MEMORY,
				vram_free: MEMORY - 1_330_843_648,
				torch_vram_total: MEMORY,
				torch_vram_free: MEMORY - 1_330_843_648,
			},
		],
	};
}
