import type { ICredentialTestRequest, IDataObject } from 'n8n-workflow';

interface HttpCause {
	code?: string;
	response?: { status: number; statusText?: string };
}

/** What the user reads when the test request did not get a good answer. */
export function failureMessage({ rules }: ICredentialTestRequest, error: Error): string {
	const cause = error.cause as HttpCause | undefined;
	if (cause?.response) {
		const { status, statusText } = cause.response;
		for (const rule of rules ?? []) {
			if (rule.type === 'responseCode' && rule.properties.value === status) return rule.properties.message;
		}
		if (status < 199 || status > 299) return statusText || `Received HTTP status code: ${status}`;
	} else if (cause?.code) {
		return cause.code;
	}
	return error.message;
}

/** What the user reads when a rule recognises a good answer as a refusal. */
export function unwantedAnswer({ rules }: ICredentialTestRequest, body?: IDataObject): string | undefined {
	for (const rule of rules ?? []) {
		if (rule.type !== 'responseSuccessBody') continue;
		if (valueAt(body, rule.properties.key) === rule.properties.value) return rule.properties.message;
	}
	return undefined;
}

/** `user.roles[0].name`, as in a rule's key. */
function valueAt(body: IDataObject | undefined, path: string): unknown {
	const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
	return keys.reduce<unknown>((value, key) => (value as IDataObject | undefined)?.[key], body);
}
