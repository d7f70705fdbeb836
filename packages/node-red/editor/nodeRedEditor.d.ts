/** The parts of Node-RED's editor and of jQuery that the dialogs use. */

interface Elements {
	length: number;
	val(): string;
	val(value: string): Elements;
	text(text: string): Elements;
	html(html: string): Elements;
	find(selector: string): Elements;
	closest(selector: string): Elements;
	toggle(visible: boolean): Elements;
	empty(): Elements;
	append(...content: Elements[]): Elements;
	appendTo(target: Elements): Elements;
	addClass(name: string): Elements;
	css(styles: Record<string, string>): Elements;
	attr(name: string, value: string): Elements;
	prop(name: string): unknown;
	prop(name: string, value: unknown): Elements;
	data(name: string): unknown;
	data(name: string, value: unknown): Elements;
	on(event: string, listener: (event: Event) => void): Elements;
	trigger(event: string): Elements;
	each(visit: (index: number, element: HTMLElement) => void): Elements;
	typedInput(options: object): Elements;
	typedInput(method: 'value' | 'type'): string;
	typedInput(method: 'value' | 'type' | 'types' | 'width', value: unknown): Elements;
	editableList(options: object): Elements;
	editableList(method: 'addItem', item: object): Elements;
	editableList(method: 'items'): Elements;
	autoComplete(options: {
		search(text: string, done: (found: Suggestion[]) => void): void;
		minLength?: number;
	}): Elements;
}

interface Suggestion {
	value: string;
	label: string | Elements;
}

type AjaxFailed = (request: { status: number; responseJSON?: { message?: string } }) => void;

interface JQuery {
	(selector: string | HTMLElement, attributes?: Record<string, string>): Elements;
	/** The editor adds its login and the root of its routes. */
	ajax(options: { url: string; type?: string; dataType: string; contentType?: string; data?: string }): {
		then(done: (answer: unknown) => void, failed: AjaxFailed): void;
	};
}

declare const $: JQuery;

/** A node whose dialog is open. */
interface EditedNode {
	id: string;
	_(key: string): string;
	[member: string]: unknown;
}

interface CodeEditor {
	getValue(): string;
	focus(): void;
	destroy(): void;
}

declare const RED: {
	nodes: { node(id: string): { changed?: boolean } | null };
	editor: { createEditor(options: { id: string; mode: string; value: string }): CodeEditor };
};
