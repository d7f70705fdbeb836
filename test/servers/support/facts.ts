/** What the tests know of the server before they begin. */
export interface ServerFacts {
	url: string;
	/** As the server says it: `0.3.64`, `v0.2.3-4-gabc`, or "without a version". */
	version: string;
	nodeTypes: string[];
	/** Whether it keeps the results of nodes for the next job: not after a start with `--cache-none`. */
	caches: boolean;
}

/** The environment variable in which the setup hands the facts to the tests, as JSON. */
export const FACTS = 'COMFYUI_FACTS';

export function serverFacts(): ServerFacts {
	const facts = process.env[FACTS];
	if (!facts) throw new Error('Run these tests with npm run test:servers -- URL');
	return JSON.parse(facts) as ServerFacts;
}

/** Whether the server is older than a release. One without a version is older than all. */
export function isBefore(release: string): boolean {
	const version = serverFacts().version.replace(/^v/, '');
	return !/^\d/.test(version) || version.localeCompare(release, undefined, { numeric: true }) < 0;
}

/** A test that is skipped on servers that do not have all these node types. */
export function testWith(...nodeTypes: string[]): typeof test {
	const installed = new Set(serverFacts().nodeTypes);
	return nodeTypes.every((type) => installed.has(type)) ? test : (test.skip as typeof test);
}
