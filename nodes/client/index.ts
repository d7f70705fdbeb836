/** ComfyUI for Node.js: queue workflows, wait for them, move files, read what a server offers. */

export { assertRunnable, UnrunnableWorkflowError } from './check/assertRunnable';
export { checkWorkflow } from './check/checkWorkflow';
export type { CheckOptions } from './check/checkOnServer';
export { inputNamed, inputWithChoices } from './objectInfo/choices';
export {
	describeNode,
	type NodeDescription,
	type NodeOutput,
	type NodeTypeRow,
	listNodeTypes,
	type NodeTypeFilter,
} from './objectInfo/nodeTypes';
export type {
	BadLink,
	BadValue,
	Cycle,
	MissingChoice,
	MissingFile,
	MissingInput,
	MissingModel,
	MissingNodeType,
	UnknownInput,
	WorkflowReport,
} from './check/WorkflowReport';
export type { Choice } from './objectInfo/inputs';
export { activeInputs, listInputs, type NodeInput } from './objectInfo/inputs';
export { reportText } from './check/findings';
export { ComfyUiClient, type ConnectOptions, type PoolOptions, type QueueOptions } from './ComfyUiClient';
export { toApiFormat, type Conversion, type ConversionOptions } from './convert/toApiFormat';
export type { ConversionWarning } from './convert/warnings';
export { readMetadata } from './metadata/readMetadata';
export { readWorkflowFile } from './metadata/readWorkflowFile';
export * from './core/errors';
export type { RetryPolicy } from './core/retry';
export type { AbortOptions } from './core/time';
export { listFields } from './fields/listFields';
export type { MarkedInput, WorkflowField } from './fields/WorkflowField';
export {
	findRoles,
	roleInputs,
	workflowRoles,
	type FoundRole,
	type RoleValues,
	type WorkflowRole,
} from './fields/workflowRoles';
export { connectComfyApiV2, type ComfyApiV2Options } from './hosts/comfyApiV2/connect';
export { connectComfyCloud, type ComfyCloudOptions } from './hosts/comfyCloud/connect';
export type { ComfyDeploy } from './hosts/comfyDeploy/ComfyDeploy';
export { connectComfyDeploy, type ComfyDeployOptions } from './hosts/comfyDeploy/connect';
export type { ComfyDeployRunOptions } from './hosts/comfyDeploy/Jobs';
export type {
	CancelResult,
	Download,
	DownloadOptions,
	FileAddress,
	Host,
	HostFiles,
	HostJobs,
	ExaminedServer,
	HostPool,
	JobStatus,
	PlacementOptions,
	Submission,
	Submitted,
	Upload,
	UploadedFile,
} from './hosts/Host';
export type { Capabilities } from './hosts/capabilities';
export { connectComfyServerless, type ComfyServerlessOptions } from './hosts/comfyServerless/connect';
export { connectPool, type PoolServer } from './hosts/pool/connect';
export { connectRunComfy, type RunComfyOptions } from './hosts/runComfy/connect';
export { connectRunPod, type RunPodOptions } from './hosts/runPod/connect';
export type {
	LogLine,
	ModelFile,
	RestartOptions,
	ServerAdmin,
	ServerFile,
	ServerFolder,
	ServerJob,
	ServerJobListOptions,
	ServerUsers,
} from './hosts/ServerAdmin';
export type {
	ObjectInfoOptions,
	QueueListOptions,
	ServerApi,
	ServerTemplate,
	SystemStats,
	UserFile,
} from './hosts/ServerApi';
export type {
	ListedJob,
	ServerlessApi,
	UploadedWorkflow,
	WorkflowsApi,
	WorkflowUpload,
	WorkflowVersion,
} from './hosts/ServiceApi';
export type { JobSnapshot } from './jobs/ClientJobs';
export type { FinishedJob, RunnableJob, RunOptions } from './jobs/JobAttempts';
export type { JobClient } from './jobs/JobClient';
export { JobGroup, type JobGroupOptions, type RunResult, type RunWorkflowOptions } from './jobs/JobGroup';
export type { JobProgress, JobState } from './jobs/JobRecord';
export type { JobResult, JobTimings, WaitOptions } from './jobs/result';
export { RunStatistics } from './jobs/RunStatistics';
export type { QueuedJob } from './jobs/submission';
export {
	describeUncancelled,
	SubmittedJobs,
	type CancelAllOptions,
	type SubmittedJob,
	type UncancelledJob,
} from './jobs/SubmittedJobs';
export { modelFamilyOf, type ModelFamily } from './readyMade/families';
export { readyMadeKinds, type ReadyMadeKind } from './readyMade/graphs';
export type { ReadyMadeOptions } from './readyMade/readyMade';
export { extensionFor, mediaOf, type MediaKind } from './core/media';
export type { FileType, OutputFile, OutputText, RawOutputs } from './protocol/outputs';
export type { JobOutcome } from './protocol/history';
export type { QueueEntry } from './protocol/queue';
export type { StoredJob } from './protocol/storedJob';
export type { NodeErrors } from './protocol/validation';
export type { ByteStream, FileData, HttpRequest, HttpResponse, HttpTransport } from './transport/http';
export { findInput, findNode, findNodes, nodesNamed } from './workflow/address';
export type { InputAddress } from './workflow/declaredInputs';
export { fillTemplate } from './workflow/template/fillTemplate';
export { fingerprint } from './workflow/fingerprint';
export type { WatchedJob, WatchEvent, WatchEventType, WatchOptions } from './watch/events';
export type { HostCursor, PoolCursor, WatchCursor } from './watch/WatchCursor';
export { workflowInfo, type WorkflowInfo } from './workflow/info';
export type { NodeReplacement, NodeReplacements } from './objectInfo/replacements';
export { modelSources, type ModelSource } from './workflow/modelSources';
export { listParameters, type ParameterRow } from './workflow/template/listParameters';
export { mergeWorkflows, type MergedWorkflow } from './workflow/merge';
export {
	parseWorkflow,
	readWorkflow,
	type FoundWorkflow,
	type ParsedWorkflow,
	type UiWorkflow,
} from './workflow/parse';
export { saveWorkflow } from './workflow/save';
export {
	applySeeds,
	drawSeeds,
	randomSeed,
	type DrawnSeed,
	type SeedMode,
	type SeedUse,
} from './workflow/seeds';
export { setInputs, type InputValue } from './workflow/setInputs';
export { didYouMean, nearestNames } from './core/nearestNames';
export {
	createTemplate,
	type ParameterDefinition,
	type TemplateSource,
	type WorkflowTemplate,
} from './workflow/template/template';
export type { ApiNode, ApiWorkflow, Link } from './core/ApiWorkflow';
export type { InputSpec, NodeDefinition, ObjectInfo } from './objectInfo/types';
