import { type AbortOptions, orAborted } from '../../core/time';
import { NotFoundError } from '../../core/errors';
import type { TextResponse } from '../../transport/Api';
import { type DeployApi, lacksRoute, knownOf, type Generation } from './Api';
/** A run that nobody has; asking for it starts nothing. */
const NO_RUN = '00000000-0000-0000-0000-000000000000';
/** Statuses of answers that are not about the run at all. */
const NO_WORD = new Set([401, 402, 403, 408, 429]);

/** Tells the two generations apart, once per base URL, by what they say of a run that does not exist. */
export class Generations {
	private finding?: Promise<Generation>;

	constructor(
		private readonly api: DeployApi,
		private readonly asked: 'auto' | Generation,
	) {}

	/** The generation, as far as it is known without asking. */
	get known(): Generation | undefined {
		return this.asked === 'auto' ? knownOf(this.api.base).generation : this.asked;
	}

	/**
	 * The generation, asked for when it is not known.
	 * @throws NotFoundError when the host is neither, AuthenticationError and whatever else keeps it from answering
	 */
	async find({ signal }: AbortOptions = {}): Promise<Generation> {
		if (this.known) return this.known;
		this.finding ??= this.probe().finally(() => (this.finding = undefined));
		const generation = await orAborted(this.finding, { signal });
		knownOf(this.api.base).generation = generation;
		return generation;
	}

	/** Asks again next time: the installation answered as the other generation would. */
	forget(): void {
		delete knownOf(this.api.base).generation;
	}

	/** Only the hosted API has `/run/{id}`; both have `/run?run_id=`. */
	private async probe(): Promise<Generation> {
		const path = '/run';
		const byPath = await this.api.text({ path: `${path}/${NO_RUN}` });
		if (isHosted(byPath)) return 'v2';
		if (NO_WORD.has(byPath.status) || byPath.status >= 500) throw this.api.toError(byPath, path);
		const byQuery = await this.api.text({ path, query: { run_id: NO_RUN } });
		if (lacksRoute(byQuery)) {
			if (isJson(byPath)) return 'v2'; // it has no other route, and says less than it should
			throw new NotFoundError(
				`${this.api.base} knows no runs, so it is no ComfyUI Deploy.`,
				'Enter the base URL with its path: https://api.comfydeploy.com/api, or https://your-host/api for the open-source web app.',
			);
		}
		// the web app says 500 of some runs that it does not know
		if (NO_WORD.has(byQuery.status) || byQuery.status > 500) throw this.api.toError(byQuery, path);
		this.api.parse(byQuery, path); // a web page is no answer
		return 'webApp';
	}
}

/** The hosted API speaks of a `detail`, and of more than "Not Found" where it has the route. */
function isHosted(response: TextResponse): boolean {
	const { status, text } = response;
	if (status >= 200 && status < 300) return isJson(response);
	return [400, 404, 422].includes(status) && /^\s*\{\s*"detail"/.test(text) && !lacksRoute(response);
}

function isJson({ text }: TextResponse): boolean {
	return text.trimStart().startsWith('{');
}
