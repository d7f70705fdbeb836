/**
 * What the dialogs of the nodes share. The page of the server node, without which no other node works, loads it: a script that
 * several pages name would run several times.
 */

interface OfferedInput {
	id: string;
	label: string;
	value: string;
	type: string;
	choices?: string[];
	important: boolean;
}

interface InputRow {
	input?: string;
	value?: string;
	type?: string;
}

const VALUE_TYPES = ['msg', 'flow', 'global', 'str', 'num', 'bool', 'json', 'env', 'jsonata'];
const READY_MADE = ['textToImage', 'imageToImage', 'upscale', 'inpaint'];
const NOT_DEPLOYED = 'NOT_DEPLOYED';

/** Asks a deployed server. @throws Error with the sentence of the server node, or NOT_DEPLOYED */
async function askServer<T>(server: string, path: string, body?: object): Promise<T> {
	const node = server && server !== '_ADD_' ? RED.nodes.node(server) : null;
	if (!node || node.changed) throw new Error(NOT_DEPLOYED);
	return await new Promise<T>((resolve, reject) => {
		const fail: AjaxFailed = ({ status, responseJSON }) => {
			const message = status === 404 ? NOT_DEPLOYED : responseJSON?.message;
			reject(new Error(message ?? `HTTP ${status}`));
		};
		$.ajax({
			url: `comfyui-server/${encodeURIComponent(server)}/${path}`,
			dataType: 'json',
			...(body && { type: 'POST', contentType: 'application/json', data: JSON.stringify(body) }),
		}).then((answer) => resolve(answer as T), fail);
	});
}

const serverOfDialog = () => $('#node-input-server').val();

/** A remark below a field: the sentence of an error, or that the server is not deployed yet. */
function showHint(node: EditedNode, error: unknown): void {
	const { message } = error as Error;
	$('#comfyui-hint')
		.text(message === NOT_DEPLOYED ? node._('hint.notDeployed') : message)
		.toggle(true);
}

const hideHint = () => $('#comfyui-hint').text('').toggle(false);

/** Lets a text field suggest names of the server. @param list chosen when the field is searched */
function suggestNames(node: EditedNode, field: string, list: () => string | undefined): void {
	$(field).autoComplete({
		minLength: 0,
		search: (text, done) => {
			const name = list();
			if (!name) {
				done([]);
				return;
			}
			const query = `names?list=${encodeURIComponent(name)}&search=${encodeURIComponent(text)}`;
			askServer<{ names: string[] }>(serverOfDialog(), query).then(
				({ names }) => {
					hideHint();
					done(names.map((value) => ({ value, label: $('<span>').text(value) })));
				},
				(error: unknown) => {
					showHint(node, error);
					done([]);
				},
			);
		},
	});
}

/** The dialog of a node that runs workflows. */
class WorkflowForm {
	private readonly editor: CodeEditor;
	private offered?: { key: string; inputs: Promise<OfferedInput[]> };

	constructor(private readonly node: EditedNode) {
		const workflow = String(node.workflow ?? '');
		this.editor = RED.editor.createEditor({
			id: 'node-input-workflow-editor',
			mode: 'ace/mode/json',
			value: workflow,
		});
		$('#node-input-workflowProperty').typedInput({
			default: 'msg',
			types: ['msg', 'flow', 'global'],
			typeField: '#node-input-workflowPropertyType',
		});
		$('#node-input-seed').typedInput({
			default: 'num',
			types: ['num', 'msg', 'flow', 'global', 'env', 'jsonata'],
			typeField: '#node-input-seedType',
		});
		suggestNames(node, '#node-input-sourceName', () => this.nameList());
		$('#node-input-source').on('change', () => this.showSource());
		$('#node-input-seedMode').on('change', () => this.showSeed());
		this.showSource();
		this.showSeed();
		this.makeList();
	}

	/** Puts what was entered into the node. */
	save(): void {
		this.node.workflow = this.source() === 'json' ? this.editor.getValue() : '';
		this.node.values = this.rows();
		this.close();
	}

	close(): void {
		this.editor.destroy();
	}

	private source = () => $('#node-input-source').val();

	private nameList(): string | undefined {
		const source = this.source();
		if (source === 'upscale') return 'upscale_models';
		if (READY_MADE.includes(source)) return 'checkpoints';
		return source === 'saved' || source === 'template' ? source : undefined;
	}

	private showSource(): void {
		const source = this.source();
		$('.comfyui-source-json').toggle(source === 'json');
		$('.comfyui-source-msg').toggle(source === 'msg');
		const named = source !== 'json' && source !== 'msg';
		$('.comfyui-source-name').toggle(named);
		if (named)
			$('#comfyui-source-label').text(
				this.node._(`source.${READY_MADE.includes(source) ? 'model' : `${source}Name`}`),
			);
		$('#node-input-sourceName').attr(
			'placeholder',
			READY_MADE.includes(source) ? this.node._('source.firstModel') : '',
		);
		hideHint();
	}

	private showSeed(): void {
		$('.comfyui-seed-value').toggle($('#node-input-seedMode').val() === 'fixed');
	}

	private makeList(): void {
		const list = $('#node-input-inputs-list').css({ 'min-height': '120px', 'min-width': '450px' });
		list.editableList({
			removable: true,
			sortable: true,
			addItem: (container: Elements, _index: number, row: InputRow) => this.addRow(container, row),
		});
		for (const row of (this.node.values as InputRow[] | undefined) ?? []) list.editableList('addItem', row);
	}

	private addRow(container: Elements, row: InputRow): void {
		const name = $('<input>', { type: 'text' })
			.addClass('comfyui-row-input')
			.css({ width: '45%', 'margin-right': '5px' })
			.attr('placeholder', this.node._('inputs.placeholder'))
			.val(row.input ?? '');
		const value = $('<input>', { type: 'text' }).addClass('comfyui-row-value').css({ width: '50%' });
		$('<div>').css({ display: 'flex' }).append(name, value).appendTo(container);
		value.typedInput({ default: 'msg', types: VALUE_TYPES });
		value.typedInput('type', row.type === 'choice' ? 'str' : (row.type ?? 'msg'));
		value.typedInput('value', row.value ?? 'payload');
		name.autoComplete({ minLength: 0, search: (text, done) => this.suggest(text, done) });
		name.on('change', () => void this.fitValue(name, value, true));
		void this.fitValue(name, value, false, row);
	}

	/** Inputs whose label, name or value contains all words. */
	private suggest(text: string, done: (found: Suggestion[]) => void): void {
		const words = text.toLowerCase().split(/\s+/).filter(Boolean);
		this.inputs().then(
			(inputs) => {
				hideHint();
				const matches = ({ id, label, value }: OfferedInput) => {
					const all = `${id} ${label} ${this.labelOf(id, label)} ${value}`.toLowerCase();
					return words.every((word) => all.includes(word));
				};
				const found = inputs.filter(matches);
				const isChosen = inputs.some(({ id }) => id === text);
				done(
					(isChosen ? inputs : found).map((input) => ({ value: input.id, label: this.suggestion(input) })),
				);
			},
			(error: unknown) => {
				showHint(this.node, error);
				done([]);
			},
		);
	}

	/** Roles have names in the language of the editor. */
	private labelOf(id: string, label: string): string {
		return id.includes('.') ? label : this.node._(`role.${id}`);
	}

	private suggestion({ id, label, value, important }: OfferedInput): Elements {
		const title = $('<div>')
			.css({ 'font-weight': important ? '600' : '400' })
			.text(this.labelOf(id, label));
		const detail = $('<div>')
			.css({ opacity: '0.7', 'font-size': '0.9em' })
			.text(value ? `${id} = ${value.slice(0, 60)}` : id);
		return $('<div>').css({ 'max-width': '380px', overflow: 'hidden' }).append(title, detail);
	}

	/** Offers the choices of an input, and the value of the workflow when the input was just chosen. */
	private async fitValue(name: Elements, value: Elements, isNew: boolean, row?: InputRow): Promise<void> {
		const input = await this.inputs().then(
			(inputs) => inputs.find(({ id }) => id === name.val()),
			() => undefined, // the list of names shows why
		);
		if (!input) return;
		const { choices, type } = input;
		const options = choices?.map((choice) => ({ value: choice, label: choice }));
		if (options) {
			const choice = { value: 'choice', label: this.node._('inputs.choice'), icon: 'fa fa-list', options };
			value.typedInput('types', [...VALUE_TYPES, choice]);
			if (!isNew && row?.type !== 'choice') return;
			value.typedInput('type', 'choice');
			value.typedInput('value', isNew ? input.value : (row?.value ?? ''));
			return;
		}
		value.typedInput('types', VALUE_TYPES);
		if (!isNew || type === 'file') return;
		const isText = type === 'str';
		value.typedInput('type', isText ? 'msg' : type);
		value.typedInput('value', isText ? 'payload' : input.value);
	}

	private async inputs(): Promise<OfferedInput[]> {
		const body = {
			source: this.source(),
			workflow: this.source() === 'json' ? this.editor.getValue() : '',
			sourceName: $('#node-input-sourceName').val(),
		};
		const server = serverOfDialog();
		const key = JSON.stringify([server, body]);
		if (this.offered?.key !== key) {
			const inputs = askServer<{ inputs: OfferedInput[] }>(server, 'inputs', body).then(
				(answer) => answer.inputs,
			);
			this.offered = { key, inputs };
			inputs.catch(() => (this.offered = undefined)); // asked again the next time
		}
		return await this.offered.inputs;
	}

	private rows(): InputRow[] {
		const rows: InputRow[] = [];
		$('#node-input-inputs-list')
			.editableList('items')
			.each((_index, element) => {
				const input = $(element).find('.comfyui-row-input').val().trim();
				const value = $(element).find('.comfyui-row-value');
				if (input) rows.push({ input, value: value.typedInput('value'), type: value.typedInput('type') });
			});
		return rows;
	}
}

/** The fields that each host and each kind of login has. */
const HOST_FIELDS: Record<string, string[]> = {
	selfHosted: ['url', 'authentication', 'ignoreTls', 'partnerApiKey'],
	pool: ['servers', 'authentication', 'ignoreTls', 'partnerApiKey'],
	comfyCloud: ['url', 'apiKey', 'partnerApiKey'],
	comfyApiV2: ['url', 'apiKey', 'partnerApiKey'],
	comfyDeploy: ['url', 'apiKey', 'generation'],
	comfyServerless: ['url', 'serviceLogin'],
	runComfy: ['url', 'apiKey', 'partnerApiKey'],
	runPod: ['url', 'endpointId', 'apiKey', 'partnerApiKey'],
};
const LOGIN_FIELDS: Record<string, string[]> = {
	basic: ['user', 'password'],
	bearer: ['token'],
	query: ['queryName', 'token'],
	headers: ['headers'],
	password: ['user', 'password'],
	apiKey: ['apiKey'],
};
const HEADER_SLOTS = ['header1', 'header2', 'header3', 'header4', 'header5'];

/** The dialog of the server node. */
class ServerForm {
	constructor(private readonly node: EditedNode) {
		const defaults = {
			host: 'selfHosted',
			authentication: 'none',
			serviceLogin: 'password',
			generation: 'auto',
		};
		for (const [name, value] of Object.entries(defaults)) {
			if (!node[name]) $(`#node-config-input-${name}`).val(value); // flows that were written by hand
		}
		const field = (name: string) => $(`#node-config-input-${name}`);
		const show = () => {
			const host = field('host').val();
			const fields = HOST_FIELDS[host] ?? HOST_FIELDS.selfHosted;
			const login =
				host === 'selfHosted' || host === 'pool'
					? field('authentication').val()
					: host === 'comfyServerless'
						? field('serviceLogin').val()
						: '';
			const shown = new Set([...fields, ...(LOGIN_FIELDS[login] ?? [])]);
			$('.comfyui-field').each((_index, row) => {
				$(row).toggle(shown.has(String($(row).data('field'))));
			});
			field('url').attr('placeholder', this.node._(`server.placeholder.${host}`));
		};
		field('host').on('change', show);
		field('authentication').on('change', show);
		field('serviceLogin').on('change', show);
		this.makeHeaders();
		const servers = (node.servers as Array<{ url: string; weight?: number }> | undefined) ?? [];
		$('#comfyui-servers').val(servers.map(({ url, weight = '' }) => `${url} ${weight}`.trim()).join('\n'));
		show();
		$('#comfyui-test').on('click', (event) => {
			event.preventDefault();
			const answer = $('#comfyui-test-answer').text('…');
			askServer<{ message: string }>(node.id, 'test').then(
				({ message }) => answer.text(message),
				({ message }: Error) => answer.text(message === NOT_DEPLOYED ? node._('hint.deployServer') : message),
			);
		});
	}

	/** Puts the names of the headers into the node; their values are credentials. */
	save(): void {
		const headers: Array<{ name: string; key: string }> = [];
		$('.comfyui-header').each((index, row) => {
			const name = $(row).find('.comfyui-header-name').val().trim();
			if (name) headers.push({ name, key: HEADER_SLOTS[index] });
		});
		this.node.headers = headers;
		this.node.servers = this.servers();
	}

	/** A server per line: its URL, and its weight where it is faster than the others. */
	private servers(): Array<{ url: string; weight?: number }> {
		const lines = $('#comfyui-servers').val().split('\n');
		return lines.flatMap((line) => {
			const [url, weight] = line.trim().split(/\s+/);
			return url ? [{ url, ...(weight && { weight: Number(weight) }) }] : [];
		});
	}

	private makeHeaders(): void {
		const saved = (this.node.headers as Array<{ name: string; key: string }> | undefined) ?? [];
		$('.comfyui-header').each((index, row) => {
			const name = saved.find(({ key }) => key === HEADER_SLOTS[index])?.name ?? '';
			$(row).find('.comfyui-header-name').val(name);
		});
	}
}

/** A field that says where in the message something is. */
function placeField(name: string, types = ['msg', 'flow', 'global', 'str', 'env', 'jsonata']): void {
	$(`#node-input-${name}`).typedInput({ default: 'msg', types, typeField: `#node-input-${name}Type` });
}

/** Shows some fields only for certain values of another one. */
function showWhen(field: string, rows: Record<string, readonly string[]>): void {
	const select = $(`#node-input-${field}`);
	if (!select.val()) select.prop('selectedIndex', 0); // a flow that was written by hand
	const show = () => {
		for (const [selector, values] of Object.entries(rows)) {
			$(selector).toggle(values.includes($(`#node-input-${field}`).val()));
		}
	};
	$(`#node-input-${field}`).on('change', show);
	show();
}

const ticks = (field: string) => $(`#comfyui-${field} input`);

/** Ticks the values of a node's field in a list of check boxes. */
function tick(node: EditedNode, field: string): void {
	const values = (node[field] as string[] | undefined) ?? [];
	ticks(field).each((_index, box) => void $(box).prop('checked', values.includes($(box).val())));
}

/** The values that are ticked. */
function ticked(field: string): string[] {
	const values: string[] = [];
	ticks(field).each((_index, box) => {
		if ($(box).prop('checked')) values.push($(box).val());
	});
	return values;
}

Object.assign(window, {
	comfyUiNodes: { WorkflowForm, ServerForm, placeField, showWhen, suggestNames, tick, ticked },
});
