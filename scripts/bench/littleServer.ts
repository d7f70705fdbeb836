import { LittleComfyUi } from '../../test/server';

/** The little ComfyUI in a process of its own; answers `count` with the number of requests it got. */
void LittleComfyUi.start().then((server) => {
	process.on('message', () => process.send?.(String(server.requests.length)));
	process.on('disconnect', () => process.exit());
	process.send?.(server.url);
});
