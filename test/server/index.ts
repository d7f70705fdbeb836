export { LittleComfyUi } from './LittleComfyUi';
export type { AuthOption, LittleComfyUiOptions } from './options';
export type { RecordedRequest } from './http/RecordedRequest';
export type { CannedReply } from './faults/rules';
