import { randomUUID } from 'node:crypto';
import { registerAdminRoutes } from '../lib/adminRoutes';
import { toFlowError } from '../lib/errors';
import { connectServer, CREDENTIALS, type ServerConfig, type ServerCredentials } from '../lib/hosts';
import type { ServerNode } from '../lib/MessageHandler';
import type { Red } from '../lib/nodeRed';
import { SharedClient } from '../lib/SharedClient';

/** Registers `comfyui-server`, the configuration node with the address, the login and the client of a server. */
export = (red: Red): void => {
	function Server(this: ServerNode, config: ServerConfig): void {
		red.nodes.createNode(this, config);
		const credentials = { ...(this.credentials as ServerCredentials) };
		this.clientIdPrefix = `node-red-${config.id}-`;
		this.shared = new SharedClient(() =>
			connectServer(config, credentials, `${this.clientIdPrefix}${randomUUID()}`),
		);
		try {
			this.shared.get();
		} catch (error) {
			this.error(toFlowError(error).message); // each message of its users reports it too
		}
		this.on('close', (_removed: boolean, done: () => void) => {
			this.shared.close().then(done, (error: unknown) => {
				this.warn(toFlowError(error).message);
				done();
			});
		});
	}
	const credentials = Object.fromEntries(Object.entries(CREDENTIALS).map(([name, type]) => [name, { type }]));
	red.nodes.registerType('comfyui-server', Server, { credentials });
	registerAdminRoutes(red);
};
