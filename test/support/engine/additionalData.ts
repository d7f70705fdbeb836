import { ExternalSecretsProxy } from 'n8n-core';
import { OperationalError, type IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { coreContainer } from './container';
import type { CredentialsHelper } from './credentials/CredentialsHelper';

/** An address that answers nothing: links in items are well-formed and lead nowhere. */
const instance = 'http://n8n.invalid/';

/** What n8n's CLI package gives the engine in addition to the workflow. Sub-workflows and task runners are not there. */
export function createAdditionalData(
	credentialsHelper: CredentialsHelper,
	more: Partial<IWorkflowExecuteAdditionalData> = {},
): IWorkflowExecuteAdditionalData {
	const missing = (what: string) => async () => {
		throw new OperationalError(`${what} are not part of the test engine`);
	};
	return {
		currentNodeExecutionIndex: 0,
		credentialsHelper,
		executeWorkflow: missing('Sub-workflows'),
		startRunnerTask: missing('Task runners'),
		getRunExecutionData: async () => undefined,
		getRuntimeCredential: async () => undefined,
		externalSecretsProxy: coreContainer().get(ExternalSecretsProxy),
		logAiEvent: () => {},
		variables: {},
		instanceBaseUrl: instance,
		restApiUrl: `${instance}rest`,
		formBaseUrl: `${instance}form`,
		formWaitingBaseUrl: `${instance}form-waiting`,
		formTestBaseUrl: `${instance}form-test`,
		webhookBaseUrl: `${instance}webhook`,
		webhookWaitingBaseUrl: `${instance}webhook-waiting`,
		webhookTestBaseUrl: `${instance}webhook-test`,
		mcpBaseUrl: `${instance}mcp`,
		mcpTestBaseUrl: `${instance}mcp-test`,
		...more,
	};
}
