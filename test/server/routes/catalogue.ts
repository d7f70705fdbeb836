import { empty, json, text } from '../http/Reply';
import type { Router } from '../http/Router';
import { serverFlags } from '../Process';
import { splitExtension } from '../files/paths';
import type { RouteContext } from './RouteContext';
import { systemStats } from './systemStats';

export function catalogueRoutes(router: Router, context: RouteContext): void {
	const { catalogue, settings, has } = context.machine;
	router.get('/', () => text(200, '<!DOCTYPE html><title>ComfyUI</title>', 'text/html'));
	router.get('/object_info', () => json(catalogue.all()));
	router.get('/object_info/{class}', (request) => {
		const name = request.param('class');
		const definition = catalogue.get(name);
		return json(definition ? { [name]: definition } : {});
	});
	const { nodeReplacements } = settings;
	if (nodeReplacements) router.get('/node_replacements', () => json(nodeReplacements));
	if (has('modelFolders')) router.get('/models', () => json(Object.keys(catalogue.models)));
	if (has('modelsOfFolder'))
		router.get('/models/{folder}', (request) => {
			const names = catalogue.models[request.param('folder')];
			return names ? json(names) : empty(404);
		});
	if (has('modelDetails'))
		router.get('/experiment/models/{folder}', (request) => {
			const names = catalogue.models[request.param('folder')];
			// seconds with fractions
			const details = { modified: 1_760_000_000.25, created: 1_750_000_000.5, size: 2_132_625_150 };
			const describe = (name: string) => ({ name, pathIndex: 0, ...(has('modelSizes') && details) });
			return names ? json(names.map(describe)) : empty(404);
		});
	router.get('/embeddings', () =>
		json((catalogue.models['embeddings'] ?? []).map((name) => splitExtension(name)[0])),
	);
	router.get('/view_metadata/{folder}', (request) => {
		const name = request.query.get('filename') ?? '';
		const known = catalogue.models[request.param('folder')]?.includes(name);
		const metadata = settings.modelMetadata[name];
		if (!known || metadata === null || !name.endsWith('.safetensors')) return empty(404);
		if (metadata) return json(metadata);
		return json({ 'modelspec.title': splitExtension(name)[0], 'modelspec.architecture': 'little' });
	});
	router.get('/system_stats', () => json(systemStats(settings, has)));
	const { templates } = settings;
	if (templates) {
		const files = new Map<string, unknown>([['index.json', templates.index]]);
		for (const [name, workflow] of Object.entries(templates.workflows)) files.set(`${name}.json`, workflow);
		const answer = (name: string) => (files.has(name) ? json(files.get(name)) : empty(404));
		router.get('/templates/{name}', (request) => answer(request.param('name')), { single: true });
	}
	if (has('featureFlags')) router.get('/features', () => json(serverFlags(settings, has)));
}
