import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Message {
	role: string;
	content: unknown;
}

/** What a model is asked. */
export interface ModelRequest {
	messages: Message[];
	tools?: Array<{ function: { name: string; description: string; parameters: unknown } }>;
}

/** A language model behind OpenAI's interface: it calls the first tool that it is offered, then says "Done.". */
export class ScriptedModel {
	readonly requests: ModelRequest[] = [];
	private readonly server: Server;

	/** @param toolArguments what it calls the tool with */
	private constructor(toolArguments: object) {
		this.server = createServer((message, response) => {
			void readJson(message).then((body) => {
				this.requests.push(body);
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify(this.answer(body, toolArguments)));
			});
		});
	}

	static async start(toolArguments: object): Promise<ScriptedModel> {
		const model = new ScriptedModel(toolArguments);
		await new Promise<void>((resolve) => model.server.listen(0, '127.0.0.1', resolve));
		return model;
	}

	/** What n8n's OpenAI credential calls the base URL. */
	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
	}

	/** What the tool answered. */
	get toolAnswers(): unknown[] {
		const { messages } = this.requests.at(-1) ?? { messages: [] };
		return messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.parse(String(content)));
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private answer({ messages, tools }: ModelRequest, toolArguments: object): object {
		const called = messages.some(({ role }) => role === 'tool');
		const name = tools?.[0]?.function.name;
		const call = {
			id: 'call_1',
			type: 'function',
			function: { name, arguments: JSON.stringify(toolArguments) },
		};
		const message = called ? { content: 'Done.' } : { content: null, tool_calls: [call] };
		return {
			id: 'chatcmpl-1',
			object: 'chat.completion',
			created: 1,
			model: 'scripted',
			choices: [
				{
					index: 0,
					message: { role: 'assistant', ...message },
					finish_reason: called ? 'stop' : 'tool_calls',
				},
			],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	}
}

async function readJson(message: IncomingMessage): Promise<ModelRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk as Buffer);
	return JSON.parse(Buffer.concat(chunks).toString()) as ModelRequest;
}
