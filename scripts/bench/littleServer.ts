import { LittleComfyUi } from '../../test/server';

/** The little ComfyUI in a process of its own; tells how many `requests` it got, and how long it was `busy`, ms. */
void LittleComfyUi.start().then((server) => {
	process.on('message', (question) =>
		process.send?.(String(question === 'busy' ? server.busyMs : server.requests.length)),
	);
	process.on('disconnect', () => process.exit());
	process.send?.(server.url);
});
