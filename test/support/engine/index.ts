export { Engine } from './Engine';
export type {
	CredentialData,
	CredentialTestResult,
	EditorRequest,
	EngineOptions,
	EngineRun,
	InputBinary,
	InputItem,
	Launch,
	ListSearchRequest,
	RunError,
	RunRequest,
	Wire,
} from './types';
