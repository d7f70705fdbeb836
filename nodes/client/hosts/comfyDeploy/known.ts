/** The hosted API, or the open-source web app. */
export type Generation = 'v2' | 'webApp';

/** How files are handed over: see Uploads. */
export type UploadWay = 'signed' | 'signedByPost' | 'form';

/** What was found out about one installation. */
export interface Known {
	generation?: Generation;
	uploadWay?: UploadWay;
}

const MOST_INSTALLATIONS = 200;
const installations = new Map<string, Known>();

/** What is known of the installation at a base URL, for all who connect to it; to be added to. */
export function knownOf(base: string): Known {
	const known = installations.get(base) ?? {};
	if (installations.size >= MOST_INSTALLATIONS) installations.clear();
	installations.set(base, known);
	return known;
}
