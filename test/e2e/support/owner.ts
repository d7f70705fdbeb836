/** Who set n8n up. */
export const OWNER = {
	email: 'owner@example.com',
	firstName: 'End',
	lastName: 'Toend',
	// eslint-disable-next-line @n8n/community-nodes/no-hardcoded-secrets -- of an n8n that lives as long as the tests
	password: 'Only-For-Tests-1',
};
