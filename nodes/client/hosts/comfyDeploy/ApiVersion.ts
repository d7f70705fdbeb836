import { type AbortOptions, orAborted } from '../../core/time';
import { NotFoundError } from '../../core/errors';
import type { TextResponse } from '../../transport/httpErrors';
import type { Api } from '../../transport/Api';
import { lacksRoute } from './errors';

/** The hosted API, or the open-source web app. */
export type Version = 'v2' | 'webApp';

/** How files are uploaded, see Files. */
export type UploadMethod = 'signed' | 'signedByPost' | 'form';

/** What is known of one installation. */
interface Installation {
	version?: Version;
	uploadMethod?: UploadMethod;
}

const MAX_INSTALLATIONS = 200;
const installations = new Map<string, Installation>();

/** What is known of the installation at a base URL, shared by all clients of it; callers add to it. */
export function installationAt(base: string): Installation {
	const found = installations.get(base) ?? {};
	if (installations.size >= MAX_INSTALLATIONS) installations.clear();
	installations.set(base, found);
	return found;
}

/** A run that does not exist. */
const NO_RUN = '00000000-0000-0000-0000-000000000000';
/** Statuses of answers that say nothing about the run. */
const INCONCLUSIVE = new Set([401, 402, 403, 408, 429]);

/** Detects which API an installation has, once per base URL, by its answer for a run that does not exist. */
export class ApiVersion {
	private detection?: Promise<Version>;

	constructor(
		private readonly api: Api,
		private readonly configured: 'auto' | Version,
	) {}

	/** The version, when it is known without a request. */
	get known(): Version | undefined {
		return this.configured === 'auto' ? installationAt(this.api.base).version : this.configured;
	}

	/**
	 * The version; detected when it is not known.
	 * @throws NotFoundError when the host has neither API, AuthenticationError and other errors that hide the answer
	 */
	async find({ signal }: AbortOptions = {}): Promise<Version> {
		if (this.known) return this.known;
		this.detection ??= this.detect().finally(() => (this.detection = undefined));
		const version = await orAborted(this.detection, { signal });
		installationAt(this.api.base).version = version;
		return version;
	}

	/** Makes the next call detect again: the installation answered as the other version would. */
	forget(): void {
		delete installationAt(this.api.base).version;
	}

	/** Only the hosted API has `/run/{id}`; both have `/run?run_id=`. */
	private async detect(): Promise<Version> {
		const path = '/run';
		const byPath = await this.api.text({ path: `${path}/${NO_RUN}` });
		if (isHosted(byPath)) return 'v2';
		if (INCONCLUSIVE.has(byPath.status) || byPath.status >= 500) throw this.api.toError(byPath, path);
		const byQuery = await this.api.text({ path, query: { run_id: NO_RUN } });
		if (lacksRoute(byQuery)) {
			if (isJson(byPath)) return 'v2'; // it has no other route, and its answer is shorter than documented
			throw new NotFoundError(
				`${this.api.base} knows no runs, so it is no ComfyUI Deploy.`,
				'Enter the base URL with its path: https://api.comfydeploy.com/api, or https://your-host/api for the open-source web app.',
			);
		}
		// the web app answers 500 for some unknown runs
		if (INCONCLUSIVE.has(byQuery.status) || byQuery.status > 500) throw this.api.toError(byQuery, path);
		this.api.parse(byQuery, path); // throws for a web page
		return 'webApp';
	}
}

/** The hosted API answers with a `detail`, which is more than "Not Found" where it has the route. */
function isHosted(response: TextResponse): boolean {
	const { status, text } = response;
	if (status >= 200 && status < 300) return isJson(response);
	return [400, 404, 422].includes(status) && /^\s*\{\s*"detail"/.test(text) && !lacksRoute(response);
}

function isJson({ text }: TextResponse): boolean {
	return text.trimStart().startsWith('{');
}
