import { Origin } from '../../server/hosts/Origin';
import { Router } from '../../server/http/Router';

/** A server that answers everything with a page where people log in, as proxies do. */
export async function loginPage(): Promise<Origin> {
	const body = Buffer.from('<!DOCTYPE html><html><title>Sign in</title><form></form></html>');
	return await Origin.start(new Router(), {
		guard: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body }),
	});
}
