import {
	getCredentialOwnRequestAllowedDomains,
	isExpression,
	UserError,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestHelper,
} from 'n8n-workflow';

/** The hidden field that holds a short-lived token. Without one, n8n never calls `preAuthentication`. */
export function expirableField(type: ICredentialType): string | undefined {
	return type.properties.find(
		(property) => property.type === 'hidden' && property.typeOptions?.expirable === true,
	)?.name;
}

export async function preAuthenticate(
	type: ICredentialType,
	helpers: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): Promise<ICredentialDataDecryptedObject | undefined> {
	const confined = confineToDomains(helpers, credentials);
	const output = await type.preAuthentication?.call(confined, credentials);
	return output as ICredentialDataDecryptedObject | undefined;
}

/** A field that holds an expression keeps it; only the token and plain values are overwritten. */
export function storableOutput(
	output: IDataObject,
	stored: ICredentialDataDecryptedObject,
	field: string,
): ICredentialDataDecryptedObject {
	return Object.fromEntries(
		Object.entries(output).filter(([key]) => key === field || !isExpression(stored[key])),
	) as ICredentialDataDecryptedObject;
}

/** The token request obeys the "Allowed Domains" of the credential. */
function confineToDomains(
	helpers: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): IHttpRequestHelper {
	return {
		helpers: {
			httpRequest: async (request) => {
				const allowedDomains = getCredentialOwnRequestAllowedDomains(credentials);
				if (allowedDomains === undefined) return await helpers.helpers.httpRequest(request);
				if (request.allowedDomains !== undefined) {
					throw new UserError(
						'This credential restricts requests to specific domains, which cannot be combined with the domains its authentication step asks for.',
					);
				}
				return await helpers.helpers.httpRequest({ ...request, allowedDomains });
			},
		},
	};
}
