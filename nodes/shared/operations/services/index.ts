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

/** The operations of single services, by the value of the parameter "Operation". */
export const services: Record<string, (operation: OperationContext) => Promise<Row[]>> = {
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
