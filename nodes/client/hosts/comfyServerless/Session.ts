import { now, orAborted } from '../../core/time';
import { AuthenticationError, passOn } from '../../core/errors';
import { isFresh, login, renew, type Account, type SendLogin, type Tokens } from './login';

/** How long a refused login is not tried again, ms: a hundred items must not lock an account. */
const REFUSED_FOR_MS = 30_000;

/** A login that lasts: whoever needs a token gets a fresh one, and any number of them cause one renewal. */
export class Session {
	private tokens?: Tokens;
	private renewal?: Promise<Tokens>;
	private refusal?: { error: AuthenticationError; until: number };
	private tell: (tokens: Tokens) => void = () => {};

	constructor(
		private readonly send: SendLogin,
		private readonly account: Account,
	) {}

	/** Calls with all tokens that come, before they are used. */
	onTokens(tell: (tokens: Tokens) => void): void {
		this.tell = tell;
	}

	/**
	 * An access token that is valid for at least a minute, as far as the service told.
	 * @throws AuthenticationError when the login is refused, AbortedError when the signal fires
	 */
	async token(signal?: AbortSignal): Promise<string> {
		if (this.tokens && isFresh(this.tokens)) return this.tokens.accessToken;
		return await this.renewed(signal);
	}

	/** Another token than one that the service has just refused; see {@link token}. */
	async tokenAfter(refused: string, signal?: AbortSignal): Promise<string> {
		const another = this.tokens?.accessToken !== refused; // some other request was faster
		return another ? await this.token(signal) : await this.renewed(signal);
	}

	/** Whoever stops waiting does not stop the renewal, since others wait for it too. */
	private async renewed(signal?: AbortSignal): Promise<string> {
		this.renewal ??= this.renew().finally(() => {
			this.renewal = undefined;
		});
		return (await orAborted(this.renewal, signal)).accessToken;
	}

	private async renew(): Promise<Tokens> {
		if (this.refusal && now() < this.refusal.until) throw this.refusal.error;
		try {
			const tokens = await (this.tokens
				? renew(this.send, this.account, this.tokens)
				: login(this.send, this.account));
			this.tell(tokens);
			this.tokens = tokens;
			return tokens;
		} catch (error) {
			if (error instanceof AuthenticationError) this.refusal = { error, until: now() + REFUSED_FOR_MS };
			throw passOn(error);
		}
	}
}
