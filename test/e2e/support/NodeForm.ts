import type { Locator } from 'playwright-core';
import type { Editor } from './Editor';

/** What is needed of an element in the browser, whose types are not known here. */
interface Scrolled {
	scrollIntoView(options: { block: 'center' }): void;
}

/** The form of one node in the editor: what a person does there. */
export class NodeForm {
	constructor(private readonly editor: Editor) {}

	private get options(): Locator {
		return this.editor.page.getByRole('option').filter({ visible: true });
	}

	/** The field of a parameter, or of an input of the workflow such as `5.steps`. */
	field(name: string): Locator {
		return this.editor.at('ndv').getByTestId(`parameter-input-${name}`);
	}

	/** Fills in the form for a new credential and saves it, which tests it. */
	async connect(url: string): Promise<void> {
		await this.editor.at('ndv').getByText('Connect to ComfyUI').click();
		const dialog = this.editor.at('editCredential-modal');
		await dialog.getByTestId('parameter-input-url').locator('input').fill(url);
		await this.editor.at('credential-save-button').click();
		await dialog.waitFor({ state: 'hidden' });
	}

	/** Chooses a credential that exists. */
	async choose(credential: string): Promise<void> {
		await this.editor.at('node-credentials-select').first().click();
		await this.options.filter({ hasText: credential }).click();
	}

	/** Pastes into a text field, in place of what it holds. */
	async paste(name: string, text: string): Promise<void> {
		await this.field(name).locator('textarea').click();
		await this.editor.page.keyboard.press('ControlOrMeta+a');
		await this.editor.page.keyboard.insertText(text);
	}

	/** Labels of the fields that the workflow's inputs have. */
	async inputs(): Promise<string[]> {
		const fields = this.editor.at('mapping-fields-container');
		await fields.waitFor();
		const labels = await fields.getByTestId('input-label').allInnerTexts();
		return labels.map((label) => label.split('\n')[0].trim());
	}

	/** Opens a drop-down. @returns what it offers */
	async choices(name: string): Promise<string[]> {
		await this.field(name).click();
		await this.options.first().waitFor();
		return (await this.options.allInnerTexts()).map((text) => text.trim());
	}

	/** Chooses from a drop-down. */
	async pick(name: string, choice: string): Promise<void> {
		await this.choices(name);
		await this.options.filter({ hasText: choice }).click();
	}

	/** The picture that the node made, as its output shows it. */
	async seePicture(): Promise<Locator> {
		const output = this.editor.at('output-panel');
		await output.getByText('Binary').click();
		await output.getByTestId('ndv-view-binary-data').click();
		const picture = output.locator('img[src*="binary-data"]');
		await picture.waitFor();
		return picture;
	}

	/** Brings a field to the middle. */
	async scrollTo(name: string): Promise<void> {
		await this.field(name).evaluate((element: Scrolled) => element.scrollIntoView({ block: 'center' }));
	}

	async execute(): Promise<void> {
		await this.editor.at('node-execute-button').click();
	}

	async close(): Promise<void> {
		await this.editor.at('ndv-close-button').click();
		await this.editor.at('ndv').waitFor({ state: 'hidden' });
	}
}
