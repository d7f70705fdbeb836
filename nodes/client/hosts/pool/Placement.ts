import { AbortedError } from '../../core/errors';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { Semaphore } from '../../core/Semaphore';
import { type AbortOptions, delay, linkSignals, now, throwIfAborted } from '../../core/time';
import { loadersOf } from './needs';
import type { PoolMember } from './PoolMember';
import { type Answer, describeServers, isTemporary, unavailable, unsuitable } from './reasons';

/** A job that needs a server. */
export interface JobToPlace {
	workflow: ApiWorkflow;
	/** Only servers with this tag. */
	tag?: string;
	/** Servers that have files of the job; one of them is preferred, to copy less. */
	withFiles: ReadonlySet<string>;
}

/** A chosen server. `release` has to be called when the submission has ended, see `ServerState.reserve`. */
export interface Chosen {
	member: PoolMember;
	release: (acceptedId?: string) => void;
}

/** How long servers are waited for when one has answered, ms. */
const GRACE_MS = 250;
/** While no server is free, all are asked again after this, ms. */
const AGAIN_MS = 1_000;
/** After this time a job may wait on a server behind jobs of other clients, so that those cannot keep it out, ms. */
const PATIENCE_MS = 1_000;

/** Chooses the server of a job: the one that is free first, then one that has the files or the models of the job. */
export class Placement {
	/** Jobs that wait for a server, by what they need: the first of each kind looks for one, the others wait behind it. */
	private readonly lines = new Map<string, { line: Semaphore; length: number }>();

	constructor(private readonly members: readonly PoolMember[]) {}

	/**
	 * @param options.waitForServer waits until a server is free; otherwise the one that will be free first is chosen
	 * @throws ValidationError, ConnectionError and others, see `HostPool.submit`
	 * @throws AbortedError when the signal fires; `waitedFor` says what the servers were doing
	 */
	async choose(
		job: JobToPlace,
		{ waitForServer = false, signal }: AbortOptions & { waitForServer?: boolean } = {},
	): Promise<Chosen> {
		if (!waitForServer) return await this.find(job, false, { signal });
		const key = needsOf(job);
		const entry = this.lines.get(key) ?? { line: new Semaphore(1), length: 0 };
		this.lines.set(key, entry);
		entry.length += 1;
		try {
			return await entry.line.run(async () => await this.find(job, true, { signal }), { signal });
		} finally {
			entry.length -= 1;
			if (entry.length === 0) this.lines.delete(key);
		}
	}

	private async find(job: JobToPlace, waits: boolean, { signal }: AbortOptions): Promise<Chosen> {
		const since = now();
		const members = this.members.filter(({ tag }) => job.tag === undefined || tag === job.tag);
		const able = new Map<PoolMember, Answer>();
		for (;;) {
			const changes = watchChanges(members);
			try {
				const answers = await survey(members, job.workflow, able, { signal });
				const open = answers.filter(
					(answer) => answer.kind === 'able' && (!waits || hasRoom(answer.member, now() - since)),
				);
				const best = bestOf(open, job, waits);
				if (best) return { member: best, release: best.state.reserve() };
				if (!answers.some(({ kind }) => kind === 'able')) {
					if (answers.every(({ kind }) => kind === 'lacks')) throw unsuitable(answers);
					if (!waits || !answers.some(isTemporary)) throw unavailable(answers);
				}
				await changes.wait(AGAIN_MS, { signal });
				if (signal?.aborted) throw stoppedWaiting(answers);
			} finally {
				changes.end();
			}
		}
	}
}

/** A text that is equal for jobs that the same servers can run. */
function needsOf({ workflow, tag }: JobToPlace): string {
	const types = new Set(Object.values(workflow).map(({ class_type: type }) => type));
	return JSON.stringify([tag, loadersOf(workflow), ...[...types].sort()]);
}

function stoppedWaiting(answers: readonly Answer[]): AbortedError {
	const waitedFor = `No server of the pool could take the job in time. ${describeServers(answers)}.`;
	return new AbortedError('The operation was stopped.', undefined, waitedFor);
}

/** Whether a server can take a job now: it is idle, or runs a job of this process and has no other. */
function hasRoom({ state }: PoolMember, waitedMs: number): boolean {
	if (state.jobs === 0) return true;
	// A second job lets the server go on without a pause. Only the process whose job runs may add it: so two processes do
	// not both add one, while another server is idle.
	if (state.jobs === 1 && state.ownJobs === 1) return true;
	return state.ownJobs === 0 && waitedMs >= PATIENCE_MS;
}

/** The best of the servers that can take a job. */
function bestOf(
	answers: readonly Answer[],
	{ workflow, withFiles }: JobToPlace,
	waits: boolean,
): PoolMember | undefined {
	const having = answers.filter((answer) => answer.kind === 'able' && answer.listsFiles);
	const loaders = loadersOf(workflow);
	const ranked = (having.length > 0 ? having : answers).map(({ member }) => {
		const { name, weight, state } = member;
		const idle = waits && state.jobs === 0 ? 0 : 1;
		const wait = (state.jobs + 1) / weight;
		const files = withFiles.has(name) ? 0 : 1;
		const models = loaders !== '' && state.loaders === loaders ? 0 : 1;
		// Processes that know nothing of each other agree: the same models tend to run on the same server.
		return { member, keys: [idle, wait, files, models, rank(`${loaders}\n${name}`)] };
	});
	return ranked.sort((a, b) => compare(a.keys, b.keys)).at(0)?.member;
}

function compare(a: number[], b: number[]): number {
	const index = a.findIndex((value, place) => value !== b[place]);
	return index < 0 ? 0 : a[index] - b[index];
}

/** FNV-1a, 32 bits. */
function rank(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}
	return hash >>> 0;
}

/**
 * Asks the servers that may be asked. A server that answers much later than the first one counts as silent for now, and
 * jobs that come later do not wait for it again.
 */
async function survey(
	members: readonly PoolMember[],
	workflow: ApiWorkflow,
	able: Map<PoolMember, Answer>,
	{ signal }: AbortOptions,
): Promise<Answer[]> {
	throwIfAborted(signal);
	const answers = members.map((member): Answer => ({ member, kind: 'silent' }));
	const { controller: grace, unlink } = linkSignals(signal);
	let answered: () => void = () => {};
	const first = new Promise<void>((resolve) => (answered = resolve));
	const asking = members.map(async (member, index) => {
		const answer = await ask(member, workflow, able.get(member), { signal });
		answers[index] = answer;
		if (answer.kind !== 'able') return;
		able.set(member, answer);
		answered();
	});
	const silentMs = Math.max(...members.map(({ state }) => state.silentMs));
	const late = first.then(
		async () => await delay(Math.max(GRACE_MS - silentMs, 0), { signal: grace.signal }).catch(() => {}),
	);
	try {
		await Promise.race([Promise.all(asking), late]);
	} finally {
		grace.abort();
		unlink();
	}
	throwIfAborted(signal);
	return [...answers];
}

/** @param known its answer to an earlier question for the same job */
async function ask(
	member: PoolMember,
	workflow: ApiWorkflow,
	known: Answer | undefined,
	{ signal }: AbortOptions,
): Promise<Answer> {
	const { state } = member;
	if (state.isPaused) return { member, kind: 'failed', error: state.failure };
	try {
		await member.refresh({ signal });
		if (known) return known;
		const { lacks, listsFiles } = await member.examine(workflow, { signal });
		return lacks.length > 0 ? { member, kind: 'lacks', lacks } : { member, kind: 'able', listsFiles };
	} catch (error) {
		return { member, kind: 'failed', error };
	}
}

/** Notes the changes of servers from now on, so that none is missed that happens before the wait. */
function watchChanges(members: readonly PoolMember[]) {
	const changed = new AbortController();
	const forget = members.map(({ state }) => state.onChange(() => changed.abort()));
	return {
		/** Waits until a server has changed, the signal fires, or the time is over. */
		async wait(ms: number, { signal }: AbortOptions): Promise<void> {
			const { controller, unlink } = linkSignals(signal, changed.signal);
			await delay(ms, { signal: controller.signal }).catch(() => {}); // a change is not an error
			unlink();
		},
		end: () => forget.forEach((remove) => remove()),
	};
}
