export { Engine } from './Engine';
export type { EngineRun, InputItem, Launch, RunRequest, Wire } from './types';
