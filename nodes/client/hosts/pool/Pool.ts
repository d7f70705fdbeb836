import { AbortedError, asError, InvalidInputError } from '../../core/errors';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { type AbortOptions } from '../../core/time';
import { capabilities } from '../capabilities';
import type { ExaminedServer, Host, HostPool, PlacementOptions } from '../Host';
import type { HostJobs, JobStatus, Submission, Submitted } from '../HostJobs';
import { describeLacks, loadersOf } from './needs';
import { Members } from './Members';
import { Placement } from './Placement';
import { PoolFiles } from './PoolFiles';
import type { PoolMember } from './PoolMember';
import { describeServers, isRefusedByServer, reasonOf } from './reasons';
import { readJobId, writeJobId } from './references';
import { createServer } from './Server';

/** Submissions of this pool that are remembered, for those whose answer was lost. */
const MAX_SENT = 10_000;

/** Several ComfyUI servers as one host. */
export function createPool(servers: readonly PoolMember[]): Host {
	const members = new Members(servers);
	const placement = new Placement(servers);
	const files = new PoolFiles(members, placement);
	const pool = new Pool(members, placement, files);
	return {
		name: 'ComfyUI Pool',
		base: `pool:${servers.map(({ name }) => name).join(',')}`,
		capabilities: capabilities.pool,
		pool,
		jobs: createJobs(members, pool),
		files,
		server: createServer(members),
		verify: async (options) => await verify(members, options),
		clean: (text, max) => servers.reduce((cleaned, { host }) => host.clean(cleaned, max), text),
		close: async () => void (await Promise.all(servers.map(async ({ host }) => await host.close()))),
	};
}

class Pool implements HostPool {
	readonly servers: ReadonlyMap<string, Host>;
	/** By the ID that was asked for: where a submission went. */
	private readonly sent = new Map<string, PoolMember>();

	constructor(
		private readonly members: Members,
		private readonly placement: Placement,
		private readonly files: PoolFiles,
	) {
		this.servers = new Map(members.all.map(({ name, host }) => [name, host]));
	}

	async submit(
		submission: Submission,
		submitTo: (server: Host, submission: Submission) => Promise<Submitted>,
		{ waitForServer, onServer, signal }: PlacementOptions = {},
	): Promise<Submitted> {
		const { workflow, promptId } = submission;
		const tag = this.readTag(submission.hostOptions);
		const withFiles = this.files.serversOf(workflow);
		for (;;) {
			const job = { workflow, tag, withFiles };
			const choosing = this.placement.choose(job, { waitForServer, signal });
			const { member, release } = await choosing.catch((error: unknown) => {
				throw signal?.aborted ? notSent(error) : error;
			});
			onServer?.(member.name);
			let accepted: string | undefined;
			try {
				const brought = await this.files.bring(workflow, member, { signal });
				this.remember(promptId, member);
				const id = writeJobId(promptId, member.name);
				const submitted = await submitTo(member.host, { ...submission, workflow: brought, promptId: id });
				accepted = submitted.promptId;
				member.state.loaders = loadersOf(workflow) || member.state.loaders;
				return submitted;
			} catch (error) {
				if (signal?.aborted || !isRefusedByServer(error)) throw asError(error);
				member.state.fail(error); // the next one, or an error that names all
			} finally {
				release(accepted);
			}
		}
	}

	async examine(workflow: ApiWorkflow, { signal }: AbortOptions = {}): Promise<ExaminedServer[]> {
		return await Promise.all(
			this.members.all.map(async (member): Promise<ExaminedServer> => {
				const server = member.name;
				const { isPaused, failure } = member.state;
				if (isPaused) return { server, reason: reasonOf(failure), isDown: true };
				try {
					const { lacks } = await member.examine(workflow, { signal });
					return lacks.length > 0 ? { server, reason: describeLacks(lacks) } : { server };
				} catch (error) {
					if (signal?.aborted) throw asError(error);
					return { server, reason: reasonOf(error), isDown: true };
				}
			}),
		);
	}

	server(name: string): Host {
		return this.members.named(name).host;
	}

	async find(
		id: string,
		{ signal }: AbortOptions = {},
	): Promise<{ server: Host; promptId: string } | undefined> {
		const { promptId, server } = readJobId(id);
		const known = server === undefined ? this.sent.get(id) : this.members.find(server);
		const member = known ?? (await this.search(promptId, { signal })); // its server may have another name now
		if (member) return { server: member.host, promptId: writeJobId(promptId, member.name) };
		if (server !== undefined) throw this.members.missing(server);
		return undefined;
	}

	private async search(promptId: string, { signal }: AbortOptions): Promise<PoolMember | undefined> {
		const found = await this.members.ask(
			async ({ host }, options) => (await host.jobs.getJobs([promptId], options)).get(promptId),
			{ signal },
		);
		return found.find(({ answer }) => answer && answer.state !== 'absent')?.member;
	}

	private remember(promptId: string, member: PoolMember): void {
		this.sent.delete(promptId);
		this.sent.set(promptId, member);
		if (this.sent.size > MAX_SENT) this.sent.delete(this.sent.keys().next().value as string);
	}

	/** @throws InvalidInputError for a tag that no server has */
	private readTag(hostOptions: Submission['hostOptions']): string | undefined {
		const tag = hostOptions?.tag;
		if (tag === undefined || tag === '') return undefined;
		const tags = [...new Set(this.members.all.flatMap((member) => member.tag ?? []))];
		if (typeof tag === 'string' && tags.includes(tag)) return tag;
		throw new InvalidInputError(
			`No server of the pool has the tag ${JSON.stringify(tag)?.slice(0, 80)}.`,
			tags.length > 0 ? `The tags are ${tags.join(', ')}.` : 'None of its servers has a tag.',
		);
	}
}

/** The error for a job that was stopped while it waited for a server. */
function notSent(error: unknown): AbortedError {
	const waitedFor = error instanceof AbortedError ? error.waitedFor : undefined;
	const reason = 'It was not submitted: it waited for a server of the pool.';
	return new AbortedError('The operation was stopped.', undefined, waitedFor ?? reason);
}

/** Jobs by their IDs, whichever server has them. */
function createJobs(members: Members, pool: Pool): HostJobs {
	const serverOf = async (id: string, options?: AbortOptions) => await pool.find(id, options);
	return {
		submit: async (submission, options) =>
			await pool.submit(submission, async (server, sent) => await server.jobs.submit(sent, options), options),
		async getJobs(ids, options) {
			const groups = new Map<Host, Map<string, string>>();
			const statuses = new Map<string, JobStatus>();
			for (const id of ids) {
				const found = await serverOf(id, options);
				if (!found) {
					statuses.set(id, { state: 'absent' });
					continue;
				}
				const group = groups.get(found.server) ?? new Map<string, string>();
				group.set(found.promptId, id);
				groups.set(found.server, group);
			}
			await Promise.all(
				[...groups].map(async ([server, group]) => {
					const found = await server.jobs.getJobs([...group.keys()], options);
					for (const [promptId, id] of group) statuses.set(id, found.get(promptId) ?? { state: 'absent' });
				}),
			);
			return statuses;
		},
		async outcome(id, options) {
			const found = await serverOf(id, options);
			return await found?.server.jobs.outcome(found.promptId, options);
		},
		async cancel(id, options) {
			const found = await serverOf(id, options);
			return found ? await found.server.jobs.cancel(found.promptId, options) : 'nothing';
		},
		async listsStaleOutputs() {
			const answers = await members.ask(async ({ host }) => await host.jobs.listsStaleOutputs());
			return answers.some(({ answer }) => answer);
		},
	};
}

/** Tests every server. @returns one sentence with the state of each @throws when none can be used */
async function verify(members: Members, { signal }: AbortOptions = {}): Promise<string> {
	const results = await Promise.all(
		members.all.map(async (member) => {
			try {
				return { member, text: await member.host.verify({ signal }) };
			} catch (error) {
				return { member, error };
			}
		}),
	);
	const states = results.map(({ member, ...result }) =>
		'text' in result
			? `${member.name}: ${String(result.text)
					.replace(/^Connected to /, '')
					.replace(/\.$/, '')}`
			: describeServers([{ member, kind: 'failed', error: result.error }]),
	);
	const failed = results.filter((result) => 'error' in result);
	const count = `${results.length - failed.length} of ${results.length} servers can be used`;
	if (failed.length === 0) return `Connected. ${count}. ${states.join('; ')}.`;
	throw new InvalidInputError(
		`${count}. ${states.join('; ')}.`,
		'Correct the entries of the servers that fail.',
	);
}
