import { setTimeout } from 'node:timers/promises';
import { without, type Answer } from './Exchange';
import type { RequestAction } from './FaultyProxy';

/** The things that go wrong with one request. Those that are "late" let the server do its work first. */

/** The connection breaks before the server has received the request. */
export const resetBefore: RequestAction = async (exchange) => {
	await exchange.body();
	exchange.reset();
};

/** The connection breaks while the request is still being sent. */
export const resetWithinRequest: RequestAction = (exchange) => {
	exchange.message.once('data', () => exchange.reset());
};

/** The server has done its work, and nothing of the answer arrives. */
export const resetAfter: RequestAction = async (exchange) => {
	await exchange.forward();
	exchange.reset();
};

/** The connection breaks within the headers of the answer. */
export const resetWithinHeaders: RequestAction = async (exchange) => {
	const { status } = await exchange.forward();
	exchange.message.socket.write(`HTTP/1.1 ${status} OK\r\nContent-Ty`, () => exchange.reset());
};

/** Some bytes of the body arrive, then the connection breaks. @param share of the body, 0 to 1 */
export const breakWithinBody =
	(share: number, hard = true): RequestAction =>
	async (exchange) => {
		const answer = await exchange.forward();
		exchange.head(answer);
		exchange.response.write(answer.body.subarray(0, Math.floor(answer.body.length * share)), () => {
			void setTimeout(10).then(() => (hard ? exchange.reset() : exchange.message.socket.end()));
		});
	};

/** A body in chunks, without a length, whose last chunk never comes. */
export const breakWithinChunks: RequestAction = async (exchange) => {
	const { status, body } = await exchange.forward();
	exchange.response.writeHead(status);
	exchange.response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
		void setTimeout(10).then(() => exchange.message.socket.destroy());
	});
};

/** Nothing comes, and the connection stays open. */
export const silence: RequestAction = async (exchange) => void (await exchange.body());

/** The server has done its work, and its answer never comes. */
export const silenceAfter: RequestAction = async (exchange) => void (await exchange.forward());

/** Some bytes of the body arrive, and then nothing. */
export const stallWithinBody =
	(share: number): RequestAction =>
	async (exchange) => {
		const answer = await exchange.forward();
		exchange.head(answer);
		exchange.response.write(answer.body.subarray(0, Math.floor(answer.body.length * share)));
	};

/** The first byte takes its time. */
export const late =
	(ms: number): RequestAction =>
	async (exchange) => {
		await setTimeout(ms);
		await exchange.passOn();
	};

/** The body comes in small pieces. */
export const drip: RequestAction = async (exchange) => {
	const answer = await exchange.forward();
	exchange.head(answer);
	const piece = Math.max(Math.ceil(answer.body.length / 40), 1);
	for (let at = 0; at < answer.body.length; at += piece) {
		exchange.response.write(answer.body.subarray(at, at + piece));
		await setTimeout(2);
	}
	exchange.response.end();
};

/** Another answer, from a proxy that repeats what it was sent. */
export const answer =
	(status: number, headers: Record<string, string> = {}, body?: string): RequestAction =>
	async (exchange) => {
		await exchange.body();
		const text = body ?? `It went wrong: ${exchange.echo}`;
		exchange.send({ status, headers: { 'content-type': 'text/plain', ...headers }, body: Buffer.from(text) });
	};

/** The server has done its work, and a proxy answers in its place. */
export const answerAfter =
	(status: number): RequestAction =>
	async (exchange) => {
		await exchange.forward();
		exchange.send({ status, headers: {}, body: Buffer.from(`gateway: ${exchange.echo}`) });
	};

/** The answer is changed on its way. */
export const changed =
	(change: (answer: Answer) => Partial<Answer>): RequestAction =>
	async (exchange) => {
		const whole = await exchange.forward();
		const headers = without(whole.headers, 'content-length');
		exchange.send({ ...whole, headers, ...change({ ...whole, headers }) });
	};

/** The announced length differs from what comes. */
export const wrongLength =
	(difference: number): RequestAction =>
	async (exchange) => {
		const { status, headers, body } = await exchange.forward();
		const { socket } = exchange.message;
		const type = `content-type: ${headers['content-type'] ?? 'text/plain'}`;
		socket.write(`HTTP/1.1 ${status} OK\r\n${type}\r\ncontent-length: ${body.length + difference}\r\n\r\n`);
		socket.end(body);
	};
