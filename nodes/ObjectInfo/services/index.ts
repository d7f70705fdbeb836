import type { OperationContext, Row } from '../OperationContext';
import { getWorkflowVersion, uploadWorkflow } from './deploy';
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
export const services: Record<string, (context: OperationContext) => Promise<Row[]>> = {
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
