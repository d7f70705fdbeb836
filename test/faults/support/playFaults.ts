import { isComfyUiError } from '../../../nodes/client';
import { visible } from '../../client/hosts/support/visible';
import { until } from '../../support/until';
import { Aftermath } from './Aftermath';
import type { Fault } from './Fault';
import { BrokenOff, operations, type Operation, type OperationName } from './operations';
import { CANARIES, Scene } from './Scene';

const WAIT_MS = 300_000;
/** When an operation that does not end counts as hanging, real ms. */
const DEADLINE_MS = 60_000;

/** Plays every row with every operation that it can hit. */
export function playFaults(faults: Fault[]): void {
	const cases = faults.flatMap((fault) =>
		Object.entries(fault.outcomes).map(
			([operation, outcome]) => [operation as OperationName, fault.name, outcome, fault] as const,
		),
	);
	test.each(cases)('%s, when %s: %s', async (name, _fault, outcome, fault) => {
		await play(operations[name], fault, outcome);
	});
}

async function play(operation: Operation, fault: Fault, expected: string): Promise<void> {
	const scene = await Scene.start(fault);
	const aftermath = new Aftermath();
	try {
		await operation.prepare?.(scene);
		await fault.arm(scene);
		const ended = await inTime(operation, scene, fault);
		expect(outcomeOf(ended)).toBe(expected);
		// HTTP may be ahead of the socket: the frame that is struck can come after the end
		await until(() => scene.proxy.struck > 0, 'the fault to strike');
		fault.disarm?.();
		await scene.proxy.behave();
		if (!ended.failed) await operation.verify(scene, ended.value as never);
		await operation.always?.(scene);
		expect(scene.arrived).toBeLessThanOrEqual(1);
		expectNoSecret(ended.value);
		await goesOn(scene);
		await scene.closeClient();
		await until(() => scene.proxy.sockets === 0 && scene.server.sockets === 0, 'the end of all sockets');
		await aftermath.expectNothingLeft();
		expect(scene.server.damage).toEqual([]);
	} finally {
		fault.disarm?.();
		aftermath.end();
		await scene.stop();
	}
}

/** What was on its way may still end badly, and a busy machine may answer later than the short timeout of the scene. */
const TRIES = 10;

/** Whatever happened, the client works as soon as the network does. */
async function goesOn({ client }: Scene): Promise<void> {
	for (let tries = 1; ; tries++) {
		try {
			await client.getQueue();
			return;
		} catch (error) {
			if (tries === TRIES) throw error;
		}
	}
}

interface Ended {
	failed: boolean;
	/** What came, or the error. */
	value: unknown;
}

async function inTime(operation: Operation, scene: Scene, fault: Fault): Promise<Ended> {
	const { waitMs = WAIT_MS } = fault;
	let timer: NodeJS.Timeout | undefined;
	const tooLate = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(new Error('did not end by its deadline'));
			scene.giveUp();
		}, DEADLINE_MS);
	});
	const work = operation.run(scene, { signal: scene.signal, waitMs }).then(
		(value) => ({ failed: false, value }),
		(value: unknown) => ({ failed: true, value }),
	);
	try {
		return await Promise.race([work, tooLate]);
	} finally {
		clearTimeout(timer);
	}
}

function outcomeOf({ failed, value }: Ended): string {
	if (!failed) return 'works';
	if (!isComfyUiError(value)) return value instanceof BrokenOff ? 'broken off' : `untyped: ${String(value)}`;
	const { code, reason, status } = value as { code: string; reason?: string; status?: number };
	const detail = reason ?? status;
	return detail === undefined ? code : `${code}/${detail}`;
}

function expectNoSecret(value: unknown): void {
	const text = Buffer.isBuffer(value) ? '' : visible(value);
	const found = CANARIES.flatMap((secret) => [secret, encodeURIComponent(secret), 'canary']);
	expect(found.filter((secret) => text.includes(secret))).toEqual([]);
}
