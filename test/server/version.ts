/** The first release of each change a client can notice. */
const SINCE = {
	/** June 2024, before there were numbers: 0.0.0 is older than that. */
	apiPrefix: '0.0.1',
	/** An `executed` event also for outputs that are cached. */
	cachedOutputEvents: '0.1.0',
	modelsOfFolder: '0.1.3',
	/** `/internal/files?directory=output` */
	outputListed: '0.1.3',
	/** `/internal/logs` */
	logs: '0.2.0',
	versionReported: '0.2.0',
	modelFolders: '0.2.3',
	/** `/internal/logs/raw`, and the models of a folder with more than their names. */
	rawLogs: '0.3.10',
	modelDetails: '0.3.10',
	/** Listed before: the folder `output` beside the sources, whatever `--output-directory` says. */
	ownOutputListed: '0.3.10',
	clientPromptId: '0.3.45',
	featureFlags: '0.3.45',
	progressState: '0.3.45',
	partialTargets: '0.3.48',
	interruptById: '0.3.57',
	historyOffset: '0.3.60',
	/** Seen on 0.3.64 and not on 0.3.10: sizes of models, and `/internal/files/{type}` in place of `?directory=`. */
	modelSizes: '0.3.64',
	filesByType: '0.3.64',
	/** Partner keys are no longer shown, and history lists only what the run itself emitted. */
	tidyHistory: '0.3.68',
	createTime: '0.3.69',
	platformName: '0.4.0',
	managerFlag: '0.4.0',
	previewMethod: '0.5.0',
	jobs: '0.6.0',
	combosChecked: '0.8.0',
	missingNodeType: '0.12.0',
	nodeReplacements: '0.14.0',
	assetsFlag: '0.17.0',
	assets: '0.17.0',
	crossSiteRefused: '0.19.0',
	cycleNamed: '0.20.0',
	uuidPromptId: '0.25.0',
	/** Seen on 0.25.0 and not on 0.6.0: levels in the log, and the type at the end of listed names. */
	logLevels: '0.25.0',
	typeInFileNames: '0.25.0',
	jobCancel: '0.26.0',
	noSniff: '0.28.0',
	modelTypeTags: '0.28.0',
} as const;

type Feature = keyof typeof SINCE;

/** Answers whether a server of the configured version has a feature. */
export type Has = (feature: Feature) => boolean;

function parts(version: string): number[] {
	return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

export function atLeast(version: string, wanted: string): boolean {
	const have = parts(version);
	for (const [index, want] of parts(wanted).entries()) {
		const difference = (have[index] ?? 0) - want;
		if (difference !== 0) return difference > 0;
	}
	return true;
}

export function featuresOf(version: string): Has {
	return (feature) => atLeast(version, SINCE[feature]);
}
