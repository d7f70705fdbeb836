/** ComfyUI for Node.js: queue workflows, wait for them, move files, read what a server offers. */

export { checkWorkflow, type WorkflowReport } from './catalogue/check';
export { inputNamed, inputWithChoices } from './catalogue/choices';
export { describeNode, type NodeDescription, type NodeOutput, type NodeTypeRow } from './catalogue/describe';
export type { MissingChoice, MissingInput, MissingNodeType } from './catalogue/findings';
export type { Choice } from './catalogue/inputOptions';
export { activeInputs, listInputs, type NodeInput } from './catalogue/inputs';
export { listNodeTypes, type NodeTypeFilter } from './catalogue/list';
export { reportText } from './catalogue/reportText';
export {
	ComfyUiClient,
	type ConnectOptions,
	type QueuedJob,
	type QueueOptions,
	type WaitOptions,
} from './ComfyUiClient';
export * from './errors';
export type {
	CancelResult,
	Download,
	DownloadOptions,
	Host,
	JobLook,
	Submission,
	Submitted,
	Upload,
	UploadedFile,
} from './hosts/Host';
export type { ServerApi, SystemStats, UserFile } from './hosts/ServerApi';
export type { InputSpec, NodeDefinition, ObjectInfo } from './hosts/selfHosted/Catalogue';
export type { JobProgress, JobState } from './jobs/JobRecord';
export type { JobResult, JobTimings } from './jobs/result';
export { extensionFor, mediaOf, type MediaKind } from './media';
export type { FileType, OutputFile, OutputText, RawOutputs } from './outputs';
export type { JobOutcome } from './protocol/history';
export type { QueueEntry } from './protocol/queue';
export type { NodeErrors } from './protocol/validation';
export type { ByteStream, FileData, HttpRequest, HttpResponse, HttpTransport } from './transport/http';
export { findNode, nodesNamed } from './workflow/address';
export { fingerprint } from './workflow/fingerprint';
export {
	parseWorkflow,
	readWorkflow,
	type FoundWorkflow,
	type ParsedWorkflow,
	type UiWorkflow,
} from './workflow/parse';
export { applySeeds, randomSeed, type SeedMode, type SeedUse } from './workflow/seeds';
export { setInputs, type InputValue } from './workflow/setInputs';
export { didYouMean, suggest } from './workflow/suggest';
export type { ApiNode, ApiWorkflow, Link } from './workflow/types';
