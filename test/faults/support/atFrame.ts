import type { Line, RelayedFrame } from './relay';
import type { Scene } from './Scene';

/** Strikes at one frame, the `which`-th of its type, and passes on all others. */
export function atFrame(
	{ proxy }: Scene,
	wanted: string,
	which: number,
	strike: (frame: RelayedFrame, line: Line) => void,
): void {
	let seen = 0;
	proxy.onFrame((frame, line) => {
		if (frame.type !== wanted || ++seen !== which) return line.pass(frame);
		proxy.struck += 1;
		strike(frame, line);
	});
}
