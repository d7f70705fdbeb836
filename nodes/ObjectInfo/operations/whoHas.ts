import type { Holding } from '../../client/hosts/ServerApi';
import type { OperationContext } from '../../shared/operations/OperationContext';

/** On a pool, the rows say which servers have what. */

type Having = Map<unknown, string[]> | undefined;

/** What the servers of a pool have; undefined on every other host. */
export async function whoHas({ client, signal }: OperationContext, what: Holding): Promise<Having> {
	return await client.host.server?.whoHas?.(what, { signal });
}

/** The member `servers` of a row; none on a host that is no pool. */
export const serversOf = (having: Having, one: unknown): { servers?: string[] } =>
	having ? { servers: having.get(one) ?? [] } : {};
