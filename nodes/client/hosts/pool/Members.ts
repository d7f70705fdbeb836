import { NotFoundError } from '../../core/errors';
import { listed, show } from '../../core/text';
import type { AbortOptions } from '../../core/time';
import type { PoolMember } from './PoolMember';
import { type Answer, unavailable } from './reasons';

/** The servers of a pool, by their short names. */
export class Members {
	private readonly byName: ReadonlyMap<string, PoolMember>;

	constructor(readonly all: readonly PoolMember[]) {
		this.byName = new Map(all.map((member) => [member.name, member]));
	}

	find(name: string): PoolMember | undefined {
		return this.byName.get(name);
	}

	/** @throws NotFoundError when the pool has no such server, such as after a change of its list */
	named(name: string): PoolMember {
		const member = this.byName.get(name);
		if (member) return member;
		throw this.missing(name);
	}

	/** The error for a name that the pool does not have. */
	missing(name: string): NotFoundError {
		return new NotFoundError(
			`The pool has no server ${show(name, 60)}. Its servers are ${listed([...this.byName.keys()], 20)}.`,
			'If a job or a file is there, add the server to the list again, under this name.',
		);
	}

	/**
	 * Asks all servers that are not known to be down.
	 * @returns the answers of those that answered, in the order of the list
	 * @throws when none has answered; the message names each server with its reason
	 */
	async ask<T>(
		question: (member: PoolMember, options: AbortOptions) => Promise<T>,
		{ signal }: AbortOptions = {},
	): Promise<Array<{ member: PoolMember; answer: T }>> {
		const results = await Promise.all(
			this.all.map(async (member) => {
				if (member.state.isPaused) return { member, error: member.state.failure };
				try {
					return { member, answer: await question(member, { signal }) };
				} catch (error) {
					return { member, error };
				}
			}),
		);
		const found = results.flatMap((result) =>
			'answer' in result ? [{ member: result.member, answer: result.answer as T }] : [],
		);
		if (found.length > 0) return found;
		throw unavailable(results.map(({ member, error }): Answer => ({ member, kind: 'failed', error: error })));
	}
}
