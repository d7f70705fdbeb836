import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	ITriggerFunctions,
} from 'n8n-workflow';
import { ComfyUiClient } from '../client/ComfyUiClient';
import { openSocket } from '../client/transport/openSocket';
import { NO_SOCKET, type OpenSocket } from '../client/transport/socket';
import type { Access } from './hosts/access';
import type { ConnectHost, HostKind } from './hosts/HostKind';
import { hostKind } from './hosts/hostKinds';
import { credentialTypeOf } from './hosts/properties';
import { closeHeldClient, keyOf, holdClient, takeHeldClient } from './heldClients';
import { newClientId } from './instance';
import { n8nTransport } from './n8nTransport';
import { toNodeError } from './errors';

type Context = Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getInstanceId'>;
type ItemContext = Context & Pick<IExecuteFunctions, 'getNodeParameter'>;

interface OpenClient {
	client: ComfyUiClient;
	credentials: ICredentialDataDecryptedObject;
}

/** The clients of one node execution: one per server and client ID, all closed at the end. */
export class Clients {
	private readonly open = new Map<string, OpenClient>();

	constructor(private readonly context: ItemContext) {}

	/**
	 * The client for an item; credentials may be expressions, so items may lead to different servers.
	 * @param clientId whose events to subscribe to
	 */
	async for(itemIndex: number, clientId?: string): Promise<ComfyUiClient> {
		const kind = hostKind(this.context.getNodeParameter('host', itemIndex, 'selfHosted'));
		const credentials = await this.context.getCredentials(credentialTypeOf(kind.name), itemIndex);
		const connectHost = await kind.load(); // before the look-up: two items at once must not open two clients
		const key = keyOf(credentials, clientId ?? '');
		const found = this.open.get(key)?.client ?? (clientId ? takeHeldClient(key) : undefined);
		const client = found ?? connect(this.context, kind, connectHost, credentials, clientId);
		this.open.set(key, { client, credentials });
		return client;
	}

	/**
	 * Holds a client open for the node that will wait for its jobs.
	 * @returns closes it if no node has taken it; undefined when the client is not held and is closed with the others
	 */
	hold(client: ComfyUiClient): (() => Promise<void>) | undefined {
		for (const [key, open] of this.open) {
			if (open.client !== client) continue;
			const heldAs = keyOf(open.credentials, client.clientId);
			if (!holdClient(heldAs, client)) return undefined;
			this.open.delete(key);
			return async () => await closeHeldClient(heldAs);
		}
		return undefined;
	}

	async close(): Promise<void> {
		await Promise.all([...this.open.values()].map(async ({ client }) => await client.close()));
		this.open.clear();
	}
}

/** A client for a trigger, which lives as long as the workflow is active. */
export async function clientForTrigger(context: ITriggerFunctions): Promise<ComfyUiClient> {
	const kind = hostKind(context.getNodeParameter('host', 'selfHosted'));
	const credentials = await context.getCredentials(credentialTypeOf(kind.name));
	return connect(context as unknown as Context, kind, await kind.load(), credentials);
}

/** A client for the lists that the editor shows while a person sets up a node. */
async function clientForLists(context: ILoadOptionsFunctions): Promise<ComfyUiClient> {
	const kind = hostKind(context.getCurrentNodeParameter('host'));
	const credentials = await context.getCredentials(credentialTypeOf(kind.name));
	return connect(context, kind, await kind.load(), credentials);
}

function connect(
	context: Context,
	kind: HostKind,
	connectHost: ConnectHost,
	credentials: ICredentialDataDecryptedObject,
	clientId?: string,
): ComfyUiClient {
	const transportTo = (access: Access) =>
		n8nTransport(context as IAllExecuteFunctions, kind, credentials, access);
	const transport = transportTo(kind.readAccess(credentials));
	const host = connectHost(credentials, { transport, openSocket: guarded(context) }, transportTo);
	return new ComfyUiClient(host, clientId ?? newClientId(context));
}

/**
 * Applies n8n's egress rules, since the socket does not go through n8n's helper. Only a filter that refuses an invalid
 * address has rules; without rules the name of the server is resolved as usual.
 */
function guarded(context: Context): OpenSocket {
	return async (url, options, events) => {
		const filter = context.helpers.getSecureEgressFilter?.(); // n8n before 2.40 has none
		const allowed = await filter?.validateUrl(url.replace(/^ws/, 'http'));
		if (allowed && !allowed.ok) {
			events.onEnd({ error: allowed.error });
			return NO_SOCKET;
		}
		const checks = filter && !(await filter.validateUrl('')).ok;
		return await openSocket(url, { ...options, lookup: checks && filter.createSecureLookup() }, events);
	};
}

const PAGE = 100;

/** Runs a request on the server of the chosen credential. @throws NodeOperationError with our text */
export async function askServer<T>(
	context: ILoadOptionsFunctions,
	ask: (client: ComfyUiClient) => Promise<T>,
): Promise<T> {
	try {
		const client = await clientForLists(context);
		return await ask(client).finally(async () => await client.close());
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

/** The items whose name contains the text, in any case. */
export function matching(items: INodeListSearchItems[], filter = ''): INodeListSearchItems[] {
	const wanted = filter.trim().toLowerCase();
	return items.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** A page of a list; installations have thousands of node types. */
export function paged(items: INodeListSearchItems[], page?: string): INodeListSearchResult {
	const from = Number(page ?? 0) || 0;
	const next = from + PAGE;
	return {
		results: items.slice(from, next),
		...(next < items.length && { paginationToken: String(next) }),
	};
}
