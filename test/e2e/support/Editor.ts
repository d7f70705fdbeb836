import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, selectors, type Browser, type Locator, type Page } from 'playwright-core';
import type { N8n, WorkflowSpec } from './N8n';
import { programs } from './programs';

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
const PICTURES = path.resolve(__dirname, '../../../docs/images');

/** n8n's editor in Chromium, signed in. Nothing but n8n itself can be reached from it. */
export class Editor {
	/** What went wrong in the page. */
	readonly complaints: string[] = [];

	private constructor(
		private readonly n8n: N8n,
		private readonly browser: Browser,
		readonly page: Page,
	) {
		page.on('pageerror', ({ message }) => this.complaints.push(message));
		page.on('console', (entry) => {
			const { url } = entry.location();
			if (entry.type() === 'error' && this.concerns(url)) this.complaints.push(`${entry.text()} ${url}`);
		});
	}

	static async open(n8n: N8n): Promise<Editor> {
		selectors.setTestIdAttribute('data-test-id');
		const browser = await chromium.launch({ executablePath: programs.chromium, args: FLAGS });
		// Pictures become 1280 wide: readable in the documentation, with enough room for n8n's panels.
		const context = await browser.newContext({
			viewport: { width: 1440, height: 900 },
			deviceScaleFactor: 1280 / 1440,
		});
		const { cookie, browserId } = n8n.rest.session;
		const [name, value] = cookie.split('=');
		await context.addCookies([{ name, value, url: n8n.url }]);
		await context.addInitScript(`localStorage.setItem('n8n-browserId', ${JSON.stringify(browserId)})`);
		await context.route(
			(url) => url.origin !== n8n.url,
			(route) => void route.abort(),
		);
		const page = await context.newPage();
		page.setDefaultTimeout(60_000);
		return new Editor(n8n, browser, page);
	}

	/** Saves a workflow and shows it, with the form of one of its nodes if that is named. @returns its ID */
	async show(workflow: WorkflowSpec, node?: string): Promise<string> {
		const { id } = await this.n8n.save(workflow);
		const opened = workflow.nodes.find(({ name }) => name === node);
		await this.page.goto(`${this.n8n.url}/workflow/${id}${opened ? `/${opened.id}` : ''}`);
		await this.at('canvas-node').first().waitFor();
		if (opened) await this.at('ndv').waitFor();
		return id;
	}

	/** The element with an ID that n8n gives for tests. */
	at(testId: string): Locator {
		return this.page.getByTestId(testId);
	}

	/** Takes the notices away that cover the page. */
	async dismissNotices(): Promise<void> {
		for (const close of await this.page.locator('.el-notification__closeBtn').all()) await close.click();
		await this.page.locator('.el-notification').waitFor({ state: 'detached' });
	}

	/** A picture for the documentation, when these are asked for: `E2E_SCREENSHOTS=1`. */
	async picture(name: string): Promise<void> {
		if (!process.env.E2E_SCREENSHOTS) return;
		mkdirSync(PICTURES, { recursive: true });
		await this.dismissNotices();
		await this.page.mouse.move(0, 0);
		await this.page.screenshot({
			path: path.join(PICTURES, `${name}.png`),
			animations: 'disabled',
			caret: 'hide',
		});
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** n8n asks for a schema of each node's output, which few nodes have; other sites are not to be reached. */
	private concerns(url: string): boolean {
		return url.startsWith(this.n8n.url) && !url.startsWith(`${this.n8n.url}/schemas/`);
	}
}
