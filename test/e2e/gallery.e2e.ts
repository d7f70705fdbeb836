import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import type { Page } from 'playwright-core';
import { sentJobs } from '../nodes/support/sent';
import { flowFiles, galleryFolder, readFlow, readText } from '../gallery/support/flowFiles';
import { Gallery } from '../gallery/support/Gallery';
import type { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { Editor } from './support/Editor';
import type { Execution } from './support/Execution';
import type { Credential } from './support/flows';
import { N8n, type WorkflowSpec } from './support/N8n';
import { describeWith } from './support/programs';

const n8n = N8n.shared();
const picture = readFileSync(path.join(__dirname, '../fixtures/picture.png'));

/** The files of the gallery at an address, as the repository offers them. */
class FileServer {
	private constructor(private readonly server: Server) {}

	static async start(): Promise<FileServer> {
		const server = createServer((request, response) => {
			response.setHeader('content-type', 'text/plain');
			response.end(readFileSync(path.join(galleryFolder, path.normalize(request.url ?? ''))));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new FileServer(server);
	}

	address(name: string, file: string): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}/${file}`;
	}

	async stop(): Promise<void> {
		await new Promise((resolve) => this.server.close(resolve));
	}
}

let files: FileServer;
let project: string;
beforeAll(async () => {
	files = await FileServer.start();
	project = (await n8n.rest.get<{ id: string }>('/rest/projects/personal')).id;
});
afterAll(async () => await files.stop());

/** What the editor does for "Import from URL". */
async function imported(name: string, file: string): Promise<WorkflowSpec> {
	const url = encodeURIComponent(files.address(name, file));
	return await n8n.rest.get(`/rest/workflows/from-url?url=${url}&projectId=${project}`);
}

/** The repository stays small: WebP has a quarter of the bytes. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
	const blank = await page.context().newPage();
	const source = JSON.stringify(`data:image/png;base64,${png.toString('base64')}`);
	const url = await blank.evaluate<string>(`(async () => {
		const picture = new Image();
		picture.src = ${source};
		await picture.decode();
		const { width, height } = picture;
		const canvas = Object.assign(document.createElement('canvas'), { width, height });
		canvas.getContext('2d').drawImage(picture, 0, 0);
		return canvas.toDataURL('image/webp', 0.85);
	})()`);
	await blank.close();
	return Buffer.from(url.split(',')[1], 'base64');
}

describeWith('chromium')('the flows of the gallery in the editor', () => {
	let editor: Editor;
	beforeAll(async () => {
		await n8n.forgetCredentials();
		editor = await Editor.open(n8n);
	});
	afterEach(() => expect(editor.complaints.splice(0)).toEqual([]));
	afterAll(async () => await editor.close());

	it.each(flowFiles)('%s/%s is imported from its address without a warning', async (name, file) => {
		const { page } = editor;
		const workflow = { ...(await imported(name, file)), name: `${name}/${file}` };
		await editor.show(workflow);
		await page.keyboard.press('1'); // fits the flow into the view
		const notes = 3;
		const count = readFlow(name, file).nodes.length - notes;
		await editor
			.at('canvas-node')
			.nth(count - 1)
			.waitFor();
		expect([await editor.at('canvas-node').count(), await editor.at('sticky').count()]).toEqual([
			count,
			notes,
		]);
		expect(await editor.at('canvas-node-unknown').count()).toBe(0);
		expect(await page.getByText(/unrecognized|not installed|unknown node|\?\?\?/i).count()).toBe(0);
		expect(await page.locator('.el-notification--error, .el-notification--warning').count()).toBe(0);
		if (!process.env.E2E_SCREENSHOTS) return;
		await editor.dismissNotices();
		await page.mouse.move(0, 0);
		await page.waitForTimeout(600);
		const canvas = page.locator('[data-test-id="canvas-wrapper"], .vue-flow').first();
		const shot = await canvas.screenshot({ animations: 'disabled' });
		const target = file.replace('n8n', 'canvas').replace('.json', '.webp');
		writeFileSync(path.join(galleryFolder, name, target), await toWebp(page, shot));
	});
});

describeWith('chromium')('a flow of the gallery in an empty workflow', () => {
	let editor: Editor;
	beforeAll(async () => {
		editor = await Editor.open(n8n);
	});
	afterAll(async () => await editor.close());

	const pasted = async (text: string) =>
		await editor.page.evaluate(`(() => {
			const clipboardData = new DataTransfer();
			clipboardData.setData('text/plain', ${JSON.stringify(text)});
			document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
		})()`);

	/** All nodes, with the notes. */
	const untilImported = async (name: string) => {
		const { nodes } = readFlow(name);
		const notes = 3;
		await until(
			async () =>
				(await editor.at('canvas-node').count()) === nodes.length - notes &&
				(await editor.at('sticky').count()) === notes,
			'the flow on the canvas',
		);
	};

	it.each(['form-to-picture', 'watch-the-gpu'])(
		'%s is imported by pasting its address and one click',
		async (name) => {
			const { page } = editor;
			await page.goto(`${n8n.url}/workflow/new`);
			await editor.at('canvas-wrapper').waitFor();
			await pasted(files.address(name, 'n8n.json'));
			await page.getByRole('button', { name: 'Yes, import' }).click();
			await untilImported(name);
		},
	);

	it('form-to-picture is imported by pasting its text, without a click', async () => {
		await editor.page.goto(`${n8n.url}/workflow/new`);
		await editor.at('canvas-wrapper').waitFor();
		await pasted(readText('form-to-picture', 'n8n.json'));
		await untilImported('form-to-picture');
	});
});

describe('the flows of the gallery that need no other service', () => {
	let server: LittleComfyUi;
	let credential: Credential;
	/** Nothing reaches it: n8n publishes no node without a credential. */
	let drive: Credential;
	beforeAll(async () => {
		server = await Gallery.comfyUi();
		credential = await n8n.credential({ url: server.url });
		drive = await n8n.credential({}, 'googleDriveOAuth2Api', 'Google Drive account');
	});
	afterAll(async () => await server.stop());

	/** As a user sets it up, with small pictures. */
	async function published(name: string, file = 'n8n.json'): Promise<{ id: string; nodes: INode[] }> {
		const { nodes, ...rest } = await imported(name, file);
		const credentialsOf = (node: INode): INode['credentials'] => {
			if (node.type.endsWith('.googleDrive')) return { googleDriveOAuth2Api: drive };
			return node.credentials && { comfyUiApi: credential };
		};
		const ready = nodes.map((node) => ({
			...node,
			credentials: credentialsOf(node),
			parameters: JSON.parse(
				JSON.stringify(node.parameters).replaceAll(/(\\"(?:width|height)\\"):\d+/g, '$1:64'),
			) as INode['parameters'],
		}));
		const saved = await n8n.save({ ...rest, nodes: ready });
		await n8n.publish(saved);
		return { id: saved.id, nodes: ready };
	}

	/** Fills in a form, and follows it to its last page. */
	async function fillIn(
		{ id, nodes }: { id: string; nodes: INode[] },
		trigger: string,
		fields: Array<string | Blob>,
	) {
		const { webhookId } = nodes.find(({ name }) => name === trigger) as INode;
		const form = new FormData();
		fields.forEach((value, index) =>
			typeof value === 'string'
				? form.set(`field-${index}`, value)
				: form.set(`field-${index}`, value, 'me.png'),
		);
		const before = (await n8n.executionsOf({ id })).length;
		const answer = await fetch(`${n8n.url}/form/${webhookId}`, { method: 'POST', body: form });
		const { formWaitingUrl } = (await answer.json()) as { formWaitingUrl: string };
		let execution = '';
		await until(async () => {
			const executions = await n8n.executionsOf({ id });
			execution = executions[0]?.id ?? '';
			return executions.length > before && executions[0].status !== 'running';
		}, 'the last page');
		const page = await fetch(formWaitingUrl);
		await fetch(formWaitingUrl, { method: 'POST' }); // the script of the last page ends the execution
		return { page: await page.text(), execution: await n8n.ended(execution) };
	}

	const png = () => new Blob([picture], { type: 'image/png' });
	const errors = (execution: Execution) => execution.error?.message;

	it('form-to-picture returns the picture, or the reason', async () => {
		const flow = await published('form-to-picture');
		const good = await fillIn(flow, 'Form', ['a lighthouse']);
		expect(errors(good.execution)).toBeUndefined();
		expect(good.execution.items('Picture')[0].binary?.data.mimeType).toBe('image/png');
		const jobs = sentJobs(server).length;
		const empty = await fillIn(flow, 'Form', [' ']);
		expect(errors(empty.execution)).toBeUndefined();
		expect(empty.page).toMatch(/No picture/);
		expect(sentJobs(server)).toHaveLength(jobs);
	});

	it('model-prompt-grid shows the contact sheet, and paints the winner large', async () => {
		const flow = await published('model-prompt-grid');
		const sheet = await fillIn(flow, 'Prompts', ['a fox\na hare']);
		expect(errors(sheet.execution)).toBeUndefined();
		expect(String(sheet.execution.json('Contact Sheet')[0].html).match(/<img/g)).toHaveLength(4);
		const winner = await fillIn(flow, 'Winner', ['a fox', 'sd_xl_base_1.0.safetensors', '7']);
		expect(errors(winner.execution)).toBeUndefined();
		const bytes = await winner.execution.file(winner.execution.items('Large Picture')[0]);
		expect(bytes.readUInt32BE(16)).toBe(128);
	});

	it('picture-to-3d returns a page with the model', async () => {
		const flow = await published('picture-to-3d');
		const { execution } = await fillIn(flow, 'Form', [png()]);
		expect(errors(execution)).toBeUndefined();
		const page = (await execution.file(execution.items('Page')[0])).toString();
		expect(page).toMatch(/data:model\/gltf-binary;base64,\w{20}/);
	});

	it('music-for-slide-show returns the sound, or the reason', async () => {
		const flow = await published('music-for-slide-show');
		const good = await fillIn(flow, 'Form', ['calm piano', '8', '4']);
		expect(errors(good.execution)).toBeUndefined();
		expect(good.execution.json('Compose')[0].fileName).toMatch(/\.mp3$/);
		const bad = await fillIn(flow, 'Form', ['calm piano', '0', '4']);
		expect(bad.page).toMatch(/No music/);
	});

	it('form-to-picture/n8n-later and avatar-for-a-day refuse bad requests with 400', async () => {
		await published('form-to-picture', 'n8n-later.json');
		const prompt = await fetch(`${n8n.url}/webhook/pictures`, { method: 'POST' });
		expect([prompt.status, await prompt.json()]).toEqual([
			400,
			{ error: expect.stringContaining('Prompt') as string },
		]);
		await published('avatar-for-a-day');
		const photo = await fetch(`${n8n.url}/webhook/avatar`, { method: 'POST' });
		expect([photo.status, await photo.json()]).toEqual([
			400,
			{ error: 'Send the photo as the form field photo.' },
		]);
	});
});
