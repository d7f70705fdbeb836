import type { IDataObject } from 'n8n-workflow';
import { RunPod } from '../../client/hosts/runPod/RunPod';
import type { Question } from '../OperationContext';
import type { Row } from './Row';
import { serviceOf } from './serverless';

/** How a service is: its parts, or its jobs and workers. */
export async function getHealth(question: Question): Promise<Row[]> {
	const { client, signal } = question;
	const health =
		client.host instanceof RunPod
			? await client.host.health(signal)
			: await serviceOf(question).health(true, signal);
	return [{ json: { ...health } as unknown as IDataObject }];
}
