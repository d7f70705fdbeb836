import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import { ComfyUiTrigger } from '../../nodes/Trigger/ComfyUiTrigger.node';
import { ComfyUiGetImages } from '../../nodes/GetImages/ComfyUiGetImages.node';
import { ComfyUiQueuePrompt } from '../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { ComfyUiRunWorkflow } from '../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { ComfyUiServer } from '../../nodes/Server/ComfyUiServer.node';
import { ComfyUiWaitForCompletion } from '../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import manifest from '../../package.json';
import { packageName } from '../support/builtPackage';
import { flowFiles, galleryFolder, galleryNames, readFlow, readText } from './support/flowFiles';
import {
	droppedParameters,
	installedNodeTypes,
	parameterIssues,
	parameterPaths,
} from './support/n8nNodeTypes';

/** What is in the folders of the gallery. */

const KEPT = path.join(__dirname, '../fixtures/gallery/parameters.json');
const OURS = `${packageName}.`;
const isNote = ({ type }: INode) => type.endsWith('.stickyNote');

const ourTypes = [
	ComfyUiGetImages,
	ComfyUiQueuePrompt,
	ComfyUiRunWorkflow,
	ComfyUiServer,
	ComfyUiTrigger,
	ComfyUiWaitForCompletion,
].map((NodeClass) => {
	const { description } = new NodeClass();
	return { ...description, name: OURS + description.name };
});

/** Type and version of each node of n8n, with the parameters that the flows set. */
function usedParameters(): Record<string, string[]> {
	const used: Record<string, Set<string>> = {};
	for (const { type, typeVersion, parameters } of flowFiles.flatMap((file) => readFlow(...file).nodes)) {
		if (type.startsWith(OURS)) continue;
		const names = (used[`${type}@${typeVersion}`] ??= new Set());
		for (const name of parameterPaths(parameters)) names.add(name);
	}
	return Object.fromEntries(
		Object.entries(used)
			.sort(([first], [second]) => first.localeCompare(second))
			.map(([type, names]) => [type, [...names].sort()]),
	);
}

/** The space that the editor needs for a node with the labels of its outputs, in pixels. Nodes with tools below them are wide. */
function spaceOf(node: INode): { width: number; height: number } {
	if (isNote(node)) return { width: Number(node.parameters.width), height: Number(node.parameters.height) };
	const isWide = /\.(openAi|agent|mcpTrigger)$/.test(node.type);
	return { width: (isWide ? 224 : 96) + 64, height: 96 };
}

/** Columns of a sheet or a data table, and the values in them, are the user's. */
const isUsers = (name: string) => name.startsWith('columns.');

describe('every flow of the gallery', () => {
	const installed = installedNodeTypes();

	(installed ? test : test.skip)('has only parameters that the nodes of the installed n8n have', () => {
		const dropped = flowFiles.flatMap((file) =>
			readFlow(...file)
				.nodes.filter(({ type }) => !type.startsWith(OURS))
				.flatMap((node) =>
					droppedParameters(installed ?? [], node)
						.filter((name) => !isUsers(name))
						.map((name) => `${file.join('/')}: ${node.name}: ${name}`),
				),
		);
		expect(dropped).toEqual([]);
		if (process.env.UPDATE_GALLERY) writeFileSync(KEPT, `${JSON.stringify(usedParameters(), null, '\t')}\n`);
	});

	(installed ? test : test.skip)('is complete, except for what the user has to choose from a list', () => {
		const issues = flowFiles.flatMap((file) =>
			readFlow(...file).nodes.flatMap((node) =>
				parameterIssues([...(installed ?? []), ...ourTypes], node).map(
					(issue) => `${file[0]}: ${node.name}: ${issue}`,
				),
			),
		);
		expect(issues).toEqual([
			'blog-hero-picture: New Entry: Parameter "Feed URL" is required.',
			'social-media-set: Row Changed: Parameter "Document" is required.',
			'social-media-set: Row Changed: Parameter "Sheet" is required.',
			'social-media-set: Post: Parameter "Person Name or ID" is required.',
		]);
	});

	test('has only parameters that were compared with n8n: UPDATE_GALLERY=1 writes the list', () => {
		expect(usedParameters()).toEqual(JSON.parse(readFileSync(KEPT, 'utf8')));
	});

	test.each(flowFiles)('%s/%s has only parameters that our nodes have', (name, file) => {
		const nodes = readFlow(name, file).nodes.filter(({ type }) => type.startsWith(OURS));
		const asNode = (node: INode) => ({ ...node, type: node.type.replace(/Tool$/, '') });
		const dropped = nodes.flatMap((node) => droppedParameters(ourTypes, asNode(node)));
		expect(dropped.filter((parameter) => parameter !== 'toolDescription')).toEqual([]);
	});

	test.each(flowFiles)('%s/%s has three notes, and nothing overlaps', (name, file) => {
		const { nodes } = readFlow(name, file);
		expect(nodes.filter(isNote).map((node) => node.name)).toEqual(['Read Me', 'Set Up', 'When It Fails']);
		const boxes = nodes.map((node) => {
			const [x, y] = node.position;
			return { title: node.name, x, y, ...spaceOf(node) };
		});
		const overlaps = boxes.flatMap((a, index) =>
			boxes
				.slice(index + 1)
				.filter(
					(b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
				)
				.map((b) => [a.title, b.title]),
		);
		expect(overlaps).toEqual([]);
	});

	test.each(flowFiles)(
		'%s/%s has no secret, and addresses only as placeholders in a Set node',
		(name, file) => {
			for (const node of readFlow(name, file).nodes) {
				expect(Object.values(node.credentials ?? {}).map(({ id }) => id)).toEqual(
					Object.keys(node.credentials ?? {}).map(() => ''),
				);
				if (isNote(node)) continue;
				const text = JSON.stringify(node.parameters);
				expect(text.match(/sk-\w+|xox[bp]-|Bearer \w+|[\w.]+@[\w.]+\.\w+/g)).toBeNull();
				if (!node.type.endsWith('.set'))
					expect(text.match(/https?:\/\/[^\\" ]+|<[A-Za-z#][^>]* [^>=]*your[^>]*>/g)).toBeNull();
			}
		},
	);

	test.each(galleryNames)(
		'%s has a description of at most ten lines, with both formats of its workflow and its picture',
		(name) => {
			const lines = readText(name, 'README.md')
				.split('\n')
				.filter((line) => line.trim());
			expect(lines.length).toBeLessThanOrEqual(10);
			const text = lines.join('\n');
			for (const part of ['For', 'How it works', 'Needs', 'Set up', 'Change', 'On the command line'])
				expect(text).toContain(`- **${part}:** `);
			for (const file of ['workflow.json', 'workflow.api.json']) expect(text).toContain(`](${file})`);
			const links = [...text.matchAll(/\]\(<?([^)>]+)>?\)/g)].map(([, link]) => link);
			expect(links.filter((link) => !existsSync(path.join(galleryFolder, name, link)))).toEqual([]);
			expect(text).toContain('![The result](result.webp)');
		},
	);

	test.each(flowFiles)(
		'%s/%s is shown in docs/gallery.md, with the address from which n8n imports it',
		(name, file) => {
			const page = readFileSync(path.join(galleryFolder, '../../docs/gallery.md'), 'utf8');
			const { repository } = manifest as { repository: { url: string } };
			const [, slug] = /github\.com\/(.+)\.git$/.exec(repository.url) ?? [];
			expect(page).toContain(
				`\nhttps://raw.githubusercontent.com/${slug}/main/examples/gallery/${name}/${file}\n`,
			);
			expect(page).toContain(`gallery/${name}/${file.replace('n8n', 'canvas').replace('.json', '.webp')})`);
			expect(page).toContain(`gallery/${name}/result.webp)`);
			expect(page).toContain(`gallery/${name}/README.md)`);
		},
	);

	test.each(flowFiles)('%s/%s is connected: no node is left over', (name, file) => {
		const { nodes, connections } = readFlow(name, file);
		const wires = Object.values(connections).flatMap((types) => Object.values(types).flat(2));
		const linked = new Set([...Object.keys(connections), ...wires.map((wire) => wire?.node)]);
		expect(nodes.filter((node) => !isNote(node) && !linked.has(node.name))).toEqual([]);
	});
});
