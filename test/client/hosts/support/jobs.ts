import type { ApiWorkflow } from '../../../../nodes/client';
import type { LittleComfyUi } from '../../../server';
import { slow, picture } from '../../support/workflows';
import type { StageJob } from './HostStage';

/** Jobs for stages whose stand-in has a little ComfyUI behind it. */

/** The file that the workflow `picture` makes first. */
export const PICTURE_FILE = 'x_00001_.png';

/** A node fails between the canvas and the saving. */
export function failing(): ApiWorkflow {
	const fail = { class_type: 'TFail', inputs: { msg: 'the node broke', image: ['1', 0] } };
	return {
		...picture(),
		'2': fail,
		'3': { ...picture()['2'], inputs: { images: ['2', 0], filename_prefix: 'x' } },
	};
}

/** A job that waits until the faults of the server are released. */
export function slowJob({ faults }: LittleComfyUi): StageJob {
	faults.hold();
	return { workflow: slow(0.1, 4, Math.ceil(Math.random() * 1e6)) };
}
