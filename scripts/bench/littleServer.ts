import { LittleComfyUi } from '../../test/server';
import { bigCatalogue } from './bigCatalogue';

/**
 * The little ComfyUI in its own process. Reports how many `requests` it got and how many jobs were `submitted`, how many
 * `sockets` are open, how long it was `busy`, ms, and how many jobs are `going`, the one that runs among them; `hold`
 * stops its jobs until `release`, and both say how many it has. With a number as its argument it has that many further node types.
 */
const furtherTypes = Number(process.argv[2] ?? 0);
void LittleComfyUi.start({ objectInfo: bigCatalogue(furtherTypes) }).then((server) => {
	const answers: Record<string, () => number> = {
		hold: () => (server.faults.hold(), server.going.length),
		release: () => (server.faults.release(), server.going.length),
		going: () => server.going.length,
		requests: () => server.requests.length,
		sockets: () => server.sockets,
		busy: () => server.busyMs,
		questions: () =>
			server.requests.filter(({ method, path }) => method === 'GET' && path === '/api/prompt').length,
		submitted: () =>
			server.requests.filter(({ method, path }) => method === 'POST' && path === '/api/prompt').length,
	};
	process.on('message', (question) => process.send?.(String(answers[String(question)]())));
	process.on('disconnect', () => process.exit());
	process.send?.(server.url);
});
