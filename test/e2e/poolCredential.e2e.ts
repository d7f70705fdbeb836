import type { Locator } from 'playwright-core';
import { LittleComfyUi } from '../server';
import { nodeType } from '../support/builtPackage';
import { chain, plain, start } from './support/flows';
import { Editor } from './support/Editor';
import { N8n } from './support/N8n';
import { describeWith } from './support/programs';

const n8n = N8n.shared();
const NODE = 'ComfyUI';

describeWith('chromium')('the credential of a pool in the editor', () => {
	let open: LittleComfyUi;
	let guarded: LittleComfyUi;
	let editor: Editor;

	beforeAll(async () => {
		await n8n.forgetCredentials();
		open = await LittleComfyUi.start();
		guarded = await LittleComfyUi.start({ auth: { kind: 'basic', user: 'me', password: 'right' } });
		editor = await Editor.open(n8n);
	});
	afterEach(() => expect(editor.complaints.splice(0)).toEqual([]));
	afterAll(async () => {
		await editor.close();
		await open.stop();
		await guarded.stop();
	});

	const dialog = () => editor.at('editCredential-modal');

	/** Fills in text fields of a server of the list. */
	async function fill(server: number, texts: Record<string, string>): Promise<void> {
		for (const [name, text] of Object.entries(texts)) await field(server, name).locator('input').fill(text);
	}

	/** A field of a server of the list. */
	function field(server: number, name: string): Locator {
		return dialog()
			.getByTestId('fixed-collection-servers')
			.getByTestId(`parameter-input-${name}`)
			.nth(server);
	}

	it('takes two servers, names the one that refuses the login, and is passed with the right password', async () => {
		const node = plain(NODE, nodeType('RunWorkflow'), { host: 'pool' }, { typeVersion: 1.1 });
		await editor.show({ ...chain(start(), node), name: 'Pool' }, NODE);
		await editor.at('ndv').getByText('Connect to ComfyUI').click();
		for (const [index, { url }] of [open, guarded].entries()) {
			await dialog().getByText('Add Server').click();
			await fill(index, { name: `gpu-${index + 1}`, url });
		}
		await field(1, 'authentication').click();
		await editor.page.getByRole('option').filter({ hasText: 'Basic Auth', visible: true }).click();
		await fill(1, { user: 'me', secret: 'wrong' });
		await editor.at('credential-save-button').click();
		await dialog().getByText('More details').click();
		await dialog()
			.getByText(/gpu-2: .*refused the credentials/)
			.first()
			.waitFor();
		await fill(1, { secret: 'right' });
		await editor.at('credential-save-button').click();
		await dialog().waitFor({ state: 'hidden' });
		await editor.at('credential-edit-button').click();
		await dialog()
			.getByText(/Connected\. 2 of 2 servers can be used|Connection tested successfully/)
			.first()
			.waitFor();
		await field(1, 'authentication').scrollIntoViewIfNeeded();
		await editor.picture('pool-credential');
	});
});
