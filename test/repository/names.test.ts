import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '../..');
const FOLDERS = ['nodes', 'credentials'];

/**
 * Names that this project once used for things that have a common name. Each stands with the name to use
 * instead; CONTRIBUTING.md says how names are chosen.
 */
const RETIRED: Record<string, string> = {
	Alarm: 'WakeableTimer',
	Allowance: 'TokenBucket',
	Answers: 'RequestCache',
	Asking: 'OperationContext',
	Conversions: 'ConversionCache',
	Generations: 'ApiVersion',
	HandedIn: 'SubmittedJobs',
	Heard: 'JobEventLog',
	JobLook: 'JobStatus',
	JobRun: 'JobAttempts',
	KeptFiles: 'Files',
	Looks: 'JobStatusPoller',
	Preparation: 'JobPreparer',
	Question: 'OperationContext',
	Remarks: 'ExecutionHints',
	SharedWork: 'SharedPromise',
	Slots: 'Semaphore',
	Tally: 'RunStatistics',
	Watch: 'JobWaiter',
	WorkflowRun: 'RunWorkflowExecution',
	doubt: 'ambiguousSubmitError',
	earlier: 'previousAttempt',
	embedded: 'metadata',
	emit: 'emitNode',
	endings: 'errors',
	failures: 'errors',
	foreignAnswer: 'notComfyUiResponse',
	handIn: 'submit',
	hearOut: 'finishEvenIfAborted',
	hostPositions: 'instanceWidgetValues',
	hostValues: 'instanceWidgetValues',
	isGenuine: 'verifySignature',
	isPassing: 'isRetryable',
	kinds: 'formats, hostKinds',
	look: 'getJobs',
	lookInto: 'checkNode',
	lostAnswer: 'submitOnce',
	marks: 'markedInputs',
	mayBeTaken: 'mayHaveBeenAccepted',
	mayHaveArrived: 'mayHaveBeenAccepted',
	mayPass: 'isRetryable',
	park: 'suspendExecution, holdClient',
	parked: 'heldClients',
	parseJob: 'jobStatus',
	passOn: 'asError',
	reached: 'serverHasAnswered',
	readExecution: 'jobStatus',
	readFailure: 'errors',
	readJob: 'jobStatus',
	readRun: 'jobStatus',
	refusal: 'errors',
	sentences: 'describe',
	setters: 'getSetNodes',
	shapes: 'nodeShapes',
	sniff: 'detectType',
	standing: 'callbackState',
	takeBack: 'cancelAll',
	tryAgain: 'retry',
	virtual: 'virtualNodes',
	whileBusy: 'retryWhileBusy',
	wishes: 'unsupportedOptions',
	withGuess: 'withSuggestions',
};

/** Parameters of saved n8n workflows, which keep their names. */
const KEPT = new Set(['nodes/shared/files/settings.ts: kinds']);

const retired = (name: string) =>
	Object.hasOwn(RETIRED, name) ? RETIRED[name] : /^(most[A-Z]|most$|MOST_)/.test(name) ? 'max' : undefined;

/** Every identifier of a file that declares something, once; members of other packages are only used. */
function declaredIn(file: string): Set<string> {
	const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022);
	const names = new Set<string>();
	const visit = (node: ts.Node): void => {
		const { name } = node as { name?: ts.Node };
		if (name && ts.isIdentifier(name) && !ts.isPropertyAccessExpression(node)) names.add(name.text);
		ts.forEachChild(node, visit);
	};
	visit(source);
	return names;
}

const files = FOLDERS.flatMap((folder) =>
	readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => join(folder, file)),
);

test('no file and nothing that a file declares has a retired name', () => {
	expect(files.length).toBeGreaterThan(200);
	const found = files.flatMap((file) => {
		const names = [...declaredIn(file), basename(file).replace(/\.ts$/, '')];
		return names.flatMap((name) => {
			const instead = retired(name);
			return instead && !KEPT.has(`${file}: ${name}`) ? [`${file}: ${name} (use ${instead})`] : [];
		});
	});
	expect(found).toEqual([]);
});
