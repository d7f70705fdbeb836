import { NotFoundError } from '../../client/core/errors';
import type { OutputFile } from '../../client/protocol/outputs';
import { listed, tidy } from '../../client/core/text';
import { pathOf } from './fetchFiles';

const OTHERWISE = 'Or set the option "When There Are No Files" to pass the item on.';

/**
 * The error for an item without files; says which of the reasons it is.
 * @param all what there was before the filters
 * @param missing paths of what the server no longer has
 * @param message for when there was nothing at all
 * @param hint what to do then
 */
export function noFiles(all: OutputFile[], missing: string[], message: string, hint: string): NotFoundError {
	if (missing.length > 0) {
		return new NotFoundError(
			`The server no longer has any of the files: ${listed(missing)}.`,
			`Change an input of the workflow (the seed, or filename_prefix) to have them made again. ${OTHERWISE}`,
		);
	}
	if (all.length > 0) {
		const files = all.map((file) => tidy(`${pathOf(file)} (${describe(file)})`, 120));
		return new NotFoundError(
			`None of the ${all.length} files passes the filters: ${listed(files, 4)}.`,
			`Change the filters. ${OTHERWISE}`,
		);
	}
	return new NotFoundError(message, `${hint} ${OTHERWISE}`);
}

function describe({ nodeId, nodeTitle, key, kind }: OutputFile): string {
	const node = nodeId && `node ${nodeId}${nodeTitle ? ` "${nodeTitle}"` : ''}`;
	return [node, key, kind].filter(Boolean).join(', ');
}
