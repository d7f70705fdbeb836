import type { Situation } from './Situation';
import { Theatre } from './Theatre';

/** What a user reads, word for word; `{server}` is the address of the server. */
export interface Text {
	message: string;
	/** What to do about it; left out where the message says it. */
	todo?: string;
}

/** One test per situation: the error that n8n shows has exactly these words. */
export function expectTexts<T extends Record<string, Situation>>(
	situations: T,
	texts: Record<keyof T, Text>,
): void {
	let theatre: Theatre;
	beforeAll(async () => {
		theatre = await Theatre.open();
	});
	afterAll(async () => await theatre.close());

	for (const [name, situation] of Object.entries(situations)) {
		test(`says what to do when ${situation.when}`, async () => {
			const { run, server } = await theatre.play(situation);
			const { message, todo } = texts[name];
			const address = server.url.replace(/\/comfy$/, '');
			const plain = (text = '') => text.replaceAll(address, '{server}');
			expect(plain(run.error?.message)).toBe(message);
			expect(plain(run.error?.description)).toBe(todo ?? '');
			expect(run.error?.itemIndex).toBe(0);
			expect(server.damage).toEqual([]);
		});
	}
}
