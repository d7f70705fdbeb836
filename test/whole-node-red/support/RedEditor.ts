import { Chromium } from '../../editor/Chromium';
import { until } from '../../support/until';

/** Languages of the package. */
export const LANGUAGES = ['en-US', 'de', 'ja', 'zh-CN'] as const;

interface Appearance {
	language: (typeof LANGUAGES)[number];
	/** Node-RED 5 has both; older releases have only the light one. */
	scheme?: 'light' | 'dark';
}

/** What runs in the page: texts of an open dialog or of a help page that show a key, or that are cut off. */
const FIND_FAULTS = `(root) => {
	const faults = [];
	const isSeen = (element) => element.getClientRects().length > 0 && !element.closest('.monaco-editor');
	const seen = [...root.querySelectorAll('*')].filter(isSeen);
	for (const element of seen) {
		const texts = [...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim());
		const text = [...texts, element.placeholder].filter(Boolean).join(' ');
		if (/^[a-z]+\\.[a-z]\\w+(\\.\\w+)?$/i.test(text) && !/^(msg|comfyui)\\./.test(text) && element.tagName !== 'CODE')
			faults.push('untranslated: ' + text);
	}
	const width = (text, style) => {
		const canvas = document.createElement('canvas').getContext('2d');
		canvas.font = style.font;
		return canvas.measureText(text).width;
	};
	for (const element of seen.filter(({ tagName }) => tagName === 'SELECT')) {
		const style = getComputedStyle(element);
		const room = element.clientWidth - parseFloat(style.paddingLeft) - 24; // beside the arrow
		for (const { text } of element.options)
			if (width(text, style) > room) faults.push('cut off: option "' + text + '"');
	}
	for (const element of seen.filter(({ tagName, placeholder }) => tagName === 'INPUT' && placeholder)) {
		const style = getComputedStyle(element);
		const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
		if (width(element.placeholder, style) > room) faults.push('cut off: "' + element.placeholder + '"');
	}
	for (const row of root.querySelectorAll('.form-row')) {
		if (row.getClientRects().length === 0) continue;
		const label = row.querySelector(':scope > label');
		const field = label && label.nextElementSibling;
		if (!label || !label.textContent.trim() || !field || field.tagName === 'LABEL') continue;
		if (label.getBoundingClientRect().height > 30) faults.push('label in two lines: "' + label.textContent.trim() + '"');
		if (label.scrollWidth > label.clientWidth) faults.push('cut off: label "' + label.textContent.trim() + '"');
	}
	const pane = root.getBoundingClientRect();
	for (const element of seen)
		if (element.getBoundingClientRect().right > pane.right + 1)
			faults.push('outside of the dialog: ' + element.tagName + ' ' + element.className);
	return faults;
}`;

/** What runs in the page: visible texts whose contrast is below 3, as WCAG 2 computes it. */
const FIND_WEAK_CONTRASTS = `(root) => {
	const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
	const luminance = ([red, green, blue]) => {
		const [r, g, b] = [red, green, blue].map((part) =>
			part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const behind = (element) => {
		for (let at = element; at; at = at.parentElement) {
			const color = rgb(getComputedStyle(at).backgroundColor);
			if (color.length < 4 || color[3] > 0) return color;
		}
		return [255, 255, 255];
	};
	return [...root.querySelectorAll('label, span, input, select, button, a')]
		.filter((element) => element.getClientRects().length > 0 && !element.closest('.monaco-editor'))
		.filter((element) => element.value || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
		.flatMap((element) => {
			const pair = [rgb(getComputedStyle(element).color), behind(element)].map(luminance);
			const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
			return contrast < 3 ? [(element.textContent || element.value).trim() + ': ' + contrast.toFixed(1)] : [];
		});
}`;

/** Node-RED's editor in Chromium. */
export class RedEditor {
	private constructor(
		private readonly chromium: Chromium,
		private readonly url: string,
	) {}

	/** @param executable path of Chromium */
	static async start(executable: string, url: string): Promise<RedEditor> {
		const chromium = await Chromium.start(executable);
		await chromium.setSize({ width: 1280, height: 860 });
		await chromium.beforeEachPage(`
			const wanted = new URLSearchParams(location.search);
			localStorage.setItem('editor-language', wanted.get('language'));
			localStorage.setItem('view-dark-theme', wanted.get('scheme'));
			window.complaints = [];
			window.addEventListener('error', ({ message }) => window.complaints.push(message));
		`);
		return new RedEditor(chromium, url);
	}

	/** Opens the editor anew. */
	async open({ language, scheme = 'light' }: Appearance): Promise<void> {
		const query = `?language=${language}&scheme=${scheme}`;
		await this.chromium.open(`${this.url}/${query}`);
		const isUp = `location.search === '${query}' && window.RED?.nodes?.node?.('run') && window.$ && !$('#red-ui-loading-progress').is(':visible')`;
		await this.until(isUp, 'the editor');
	}

	/** Opens the dialog of a node, also that of a server node. */
	async edit(id: string): Promise<void> {
		await this.evaluate(`(() => {
			const node = RED.nodes.node('${id}');
			if (node._def.category === 'config') RED.editor.editConfig('', node.type, node.id);
			else RED.editor.edit(node);
		})()`);
		await this.until(
			`document.querySelector('.red-ui-tray .form-row .red-ui-typedInput-container, .red-ui-tray #node-input-name, .red-ui-tray #node-config-input-name')`,
			'the dialog',
		);
		await this.settled();
	}

	/** Closes the dialog without saving. */
	async cancel(): Promise<void> {
		await this.evaluate(`void $('#node-dialog-cancel, #node-config-dialog-cancel').last().trigger('click')`);
		await this.until(`!document.querySelector('.red-ui-tray')`, 'the dialog to be closed');
	}

	/** Closes the dialog and keeps what was entered. */
	async done(): Promise<void> {
		await this.evaluate(`void $('#node-dialog-ok, #node-config-dialog-ok').last().trigger('click')`);
		await this.until(`!document.querySelector('.red-ui-tray')`, 'the dialog to be closed');
	}

	/** Types into the last field that matches. @returns the texts that it suggests */
	async search(selector: string, text: string): Promise<string[]> {
		await this.evaluate(
			`void $('${selector}').last().trigger('focus').val('${text}').trigger('keyup').trigger('input')`,
		);
		const lists = `$('.red-ui-autoComplete-container:visible, .red-ui-menu-dropdown:visible')`;
		await this.until(`${lists}.length > 0`, 'suggestions');
		await this.settled();
		return (await this.evaluate(
			`${lists}.find('li').map((_i, li) => li.innerText.replace(/\\s+/g, ' ').trim()).get()`,
		)) as string[];
	}

	/** Texts of the dialog that are hard to read on what is behind them. */
	async contrasts(): Promise<string[]> {
		return (await this.evaluate(
			`(${FIND_WEAK_CONTRASTS})(document.querySelector('.red-ui-tray'))`,
		)) as string[];
	}

	/** Sets a field of the dialog, as a user does who chooses from a list or types. */
	async choose(field: string, value: string): Promise<void> {
		await this.evaluate(`void $('#${field}').val(${JSON.stringify(value)}).trigger('change')`);
		await this.settled();
	}

	/** What is wrong with the texts of the open dialog. */
	async faultsOfDialog(): Promise<string[]> {
		return (await this.evaluate(
			`(${FIND_FAULTS})(document.querySelector('.red-ui-tray .red-ui-editor, .red-ui-tray'))`,
		)) as string[];
	}

	/** Errors of scripts in the page. */
	async complaints(): Promise<string[]> {
		return (await this.evaluate('window.complaints')) as string[];
	}

	async evaluate(expression: string): Promise<unknown> {
		return await this.chromium.evaluate(expression);
	}

	async screenshot(): Promise<Buffer> {
		return await this.chromium.screenshot();
	}

	/** Waits until an expression of the page holds. */
	async until(expression: string, what: string): Promise<void> {
		await until(
			async () => (await this.evaluate(`Boolean(${expression})`).catch(() => false)) === true,
			what,
		);
	}

	async stop(): Promise<void> {
		await this.chromium.stop();
	}

	/** Dialogs slide in. */
	private async settled(): Promise<void> {
		await this.evaluate(`new Promise((resolve) => {
			const sample = () => JSON.stringify($('.red-ui-tray').map((_i, tray) => tray.getBoundingClientRect().left).get());
			let before = '', same = 0;
			const look = () => {
				const now = sample();
				same = now === before ? same + 1 : 0;
				before = now;
				if (same > 8) resolve();
				else requestAnimationFrame(look);
			};
			look();
		})`);
	}
}
