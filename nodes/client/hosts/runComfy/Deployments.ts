import { type AbortOptions, orAborted } from '../../core/time';
import { isRecord } from '../../core/guards';
import type { Api } from './Api';

const PATH = '/deployments';
/** Submitted requests that nobody asks for are forgotten at some point. */
const MAX_KNOWN = 10_000;

/** The deployments of the account, and to which of them a request belongs: every route of a request needs both IDs. */
export class Deployments {
	private readonly known = new Map<string, string>();
	private listing?: Promise<string[]>;

	constructor(private readonly api: Api) {}

	/** The deployment of a request, when it is known without a request. */
	of(requestId: string): string | undefined {
		return this.known.get(requestId);
	}

	remember(requestId: string, deploymentId: string): void {
		this.known.set(requestId, deploymentId);
		if (this.known.size > MAX_KNOWN) this.known.delete(this.known.keys().next().value as string);
	}

	/** IDs of all deployments of the account. @throws AuthenticationError for a wrong token */
	async ids({ signal }: AbortOptions = {}): Promise<string[]> {
		this.listing ??= this.list().finally(() => (this.listing = undefined));
		return await orAborted(this.listing, { signal });
	}

	private async list(): Promise<string[]> {
		const response = await this.api.text({ path: PATH });
		const answer = this.api.read(response, PATH);
		if (!Array.isArray(answer)) throw this.api.notRunComfy(response, PATH);
		return answer.filter(isRecord).flatMap(({ id }) => (typeof id === 'string' && id ? [id] : []));
	}
}
