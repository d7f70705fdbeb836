import { inspect } from 'node:util';
import type { EngineRun } from '../../support/engine';
import { connection } from './support/connection';
import { input } from './support/input';
import { partly, refusal } from './support/refusal';
import { running } from './support/running';
import type { Situation } from './support/Situation';
import { Theatre } from './support/Theatre';
import { forbidden, visitors } from './support/visitors';

let theatre: Theatre;
beforeAll(async () => {
	theatre = await Theatre.open();
});
afterAll(async () => await theatre.close());

/** The run as n8n keeps it, and what JSON leaves out: causes, stacks, hidden members. */
function everything(run: EngineRun): string {
	const hidden = { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null };
	return `${JSON.stringify(run.raw)} ${inspect(run.raw, hidden)}`;
}

const situations: Situation[] = [connection, refusal, partly, running, input].flatMap((group) =>
	Object.values<Situation>(group),
);

test.each(situations.map((situation) => [situation.when, situation] as const))(
	'shows no secret when %s',
	async (_when, situation) => {
		const found: string[] = [];
		const look = async ([place, visitor]: (typeof kinds)[number]) => {
			const { run } = await theatre.play(situation, visitor);
			const text = everything(run);
			for (const secret of forbidden) {
				const at = text.indexOf(secret);
				if (at >= 0) found.push(`${place}: ...${text.slice(Math.max(at - 80, 0), at + 40)}...`);
			}
		};
		const kinds = Object.entries(visitors);
		await Promise.all(kinds.map(look));
		expect(found).toEqual([]);
	},
);
