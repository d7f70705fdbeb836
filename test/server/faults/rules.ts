import type { OutgoingHttpHeaders } from 'node:http';

export interface RequestMatch {
	/** Any method when absent. */
	method?: string;
	/** Tried on the path as received (after the base path) and on path plus query. */
	path: RegExp;
	/** How often the fault strikes; for ever when absent. */
	times?: number;
}

export interface CannedReply {
	status: number;
	headers?: OutgoingHttpHeaders;
	/** Objects are sent as JSON. */
	body?: string | Buffer | object;
}

/** Called once for each held request, when it continues. */
export type Gate = () => Promise<unknown>;

export type RequestFault =
	| { kind: 'respond'; reply: CannedReply }
	| { kind: 'hold'; until: Gate }
	| { kind: 'holdAnswer'; until: Gate }
	| { kind: 'reset' }
	| { kind: 'cut'; afterBytes: number }
	| { kind: 'stall'; afterBytes: number }
	| { kind: 'length'; difference: number }
	| { kind: 'trickle' }
	| { kind: 'slowUpload' };

interface Rule {
	match: RequestMatch;
	fault: RequestFault;
	left: number;
}

function fits(match: RequestMatch, method: string, path: string): boolean {
	if (match.method && match.method.toUpperCase() !== method) return false;
	return [path, path.replace(/\?.*$/, '')].some((text) => text.search(match.path) >= 0);
}

/** Waits for the gate of a fault of this kind, when there is one. */
export async function pass(faults: RequestFault[], kind: 'hold' | 'holdAnswer'): Promise<void> {
	for (const fault of faults) if (fault.kind === kind) await fault.until();
}

/** Faults that strike requests. Of several that fit, each kind strikes once, in the order of arming. */
export class RequestRules {
	private rules: Rule[] = [];

	arm(match: RequestMatch, fault: RequestFault): void {
		this.rules.push({ match, fault, left: match.times ?? Number.POSITIVE_INFINITY });
	}

	strike(method: string, path: string): RequestFault[] {
		const struck = new Map<string, RequestFault>();
		for (const rule of this.rules) {
			if (rule.left <= 0 || struck.has(rule.fault.kind) || !fits(rule.match, method, path)) continue;
			rule.left--;
			struck.set(rule.fault.kind, rule.fault);
		}
		return [...struck.values()];
	}

	clear(): void {
		this.rules = [];
	}
}
