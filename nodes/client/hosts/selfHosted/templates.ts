import { isRecord } from '../../core/guards';
import { NotFoundError, NotSupportedError } from '../../core/errors';
import { show, tidy } from '../../core/text';
import type { AbortOptions } from '../../core/time';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import { getOrNothing } from '../requests';
import type { ServerTemplate } from '../ServerApi';

/** The workflows that a server ships. Its static files have no `/api` form. */

const INDEX = '/templates/index.json';

/** Limits what a damaged or foreign index can do to a list in a user interface. */
const MAX_TEMPLATES = 5_000;
const MAX_TITLE = 120;
const MAX_DESCRIPTION = 600;

export async function listTemplates(api: Api, { signal }: AbortOptions = {}): Promise<ServerTemplate[]> {
	const index = await getOrNothing<unknown>(api, { path: INDEX, signal });
	if (index === undefined) {
		throw new NotSupportedError(
			`The ComfyUI at ${api.base} has no templates.`,
			'Update ComfyUI to 0.3.64 or later, with its package comfyui-workflow-templates, or check that the proxy before it passes /templates/ on.',
		);
	}
	const categories: unknown[] = Array.isArray(index) ? index : [];
	return categories.flatMap(templatesOf).slice(0, MAX_TEMPLATES);
}

export async function readTemplate(api: Api, name: string, { signal }: AbortOptions = {}): Promise<string> {
	const path = `/templates/${segment(`${name}.json`, 'template')}`;
	const response = await api.text({ path, signal });
	if (response.status === 404) {
		throw new NotFoundError(
			`The server has no template ${show(name)}.`,
			'Choose a template from the list: newer versions of ComfyUI have other templates.',
		);
	}
	api.assertOk(response, path);
	return response.text;
}

/** `{ title, templates: [{ name, title, description, tags }] }`; older servers have no title for a template. */
function templatesOf(category: unknown): ServerTemplate[] {
	const templates: unknown = isRecord(category) ? category.templates : undefined;
	return (Array.isArray(templates) ? templates : []).flatMap((template: unknown): ServerTemplate[] => {
		if (!isRecord(template) || typeof template.name !== 'string' || template.name === '') return [];
		const { name, title, description, tags } = template;
		return [
			{
				name,
				title: tidy(typeof title === 'string' && title ? title : name.replace(/[_-]+/g, ' '), MAX_TITLE),
				description: typeof description === 'string' ? tidy(description, MAX_DESCRIPTION) : '',
				tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string').slice(0, 20) : [],
			},
		];
	});
}
