import { linkSignals } from '../core/time';
import { toConnectionError } from './connectionErrors';
import type { ByteStream } from './http';
import type { Sender } from './Sender';

type InTime = <T>(work: Promise<T>) => Promise<T>;

/** Sends with fetch, which has no idle timeout: a timer limits the wait for the headers and for every chunk of the body. */
export function fetchSender(send: typeof fetch): Sender['send'] {
	return async ({ url, method, headers, body, idleTimeoutMs, signal }) => {
		const { controller, unlink } = linkSignals(signal);
		const inTime: InTime = async (work) => {
			const timer = AbortSignal.timeout(idleTimeoutMs);
			const giveUp = () => controller.abort(timer.reason);
			timer.addEventListener('abort', giveUp, { once: true });
			try {
				return await work;
			} finally {
				timer.removeEventListener('abort', giveUp);
			}
		};
		try {
			const response = await inTime(
				send(url, {
					method,
					headers,
					body: body as unknown as RequestInit['body'],
					signal: controller.signal,
					redirect: 'manual',
					duplex: 'half',
				} as RequestInit),
			);
			return {
				status: response.status,
				headers: Object.fromEntries(response.headers),
				body: piecesOf(response.body as ByteStream | null, inTime, unlink),
			};
		} catch (error) {
			unlink();
			throw toConnectionError(error, new URL(url).origin, { signal });
		}
	};
}

async function* piecesOf(body: ByteStream | null, inTime: InTime, done: () => void): ByteStream {
	const pieces = body?.[Symbol.asyncIterator]();
	try {
		while (pieces) {
			const piece = await inTime(pieces.next());
			if (piece.done) break;
			yield piece.value;
		}
	} finally {
		done();
		await pieces?.return?.();
	}
}
