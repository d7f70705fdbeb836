export { LittleComfyUi } from './LittleComfyUi';
export type { SubmitOptions } from './submitOptions';
export type { AuthOption, LittleComfyUiOptions } from './options';
export type { RecordedRequest } from './http/RecordedRequest';
export { Faults } from './faults/Faults';
export type { EventPredicate, OutgoingEvent } from './faults/EventFilter';
export type { CannedReply, RequestMatch } from './faults/rules';
export { FileStore } from './files/FileStore';
