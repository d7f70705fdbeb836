import type { OperationContext } from '../OperationContext';
import { getWorkflowVersion, uploadWorkflow } from './deploy';
import type { Row } from './Row';
import {
	getServiceFile,
	listJobs,
	listServiceModels,
	loadModel,
	retryJob,
	uploadServiceFile,
	getHealth,
} from './serverless';

/** The operations of services by the value of the Operation parameter. */
export const services: Record<string, (question: OperationContext) => Promise<Row[]>> = {
	getHealth,
	getServiceFile,
	getWorkflowVersion,
	listJobs,
	listServiceModels,
	loadModel,
	retryJob,
	uploadServiceFile,
	uploadWorkflow,
};
