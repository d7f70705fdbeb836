import type { RequestMatch } from '../support/FaultyProxy';

/** The requests that faults strike. */
export const POST: RequestMatch = { method: 'POST', path: /\/prompt$|\/prompt\?/ };
export const HISTORY: RequestMatch = { method: 'GET', path: /\/history\// };
/** All requests for the status of jobs. */
export const LOOKS: RequestMatch = { method: 'GET', path: /\/(queue|jobs|history)\b/ };
export const VIEW: RequestMatch = { method: 'GET', path: /\/view\?/ };
export const UPLOAD: RequestMatch = { method: 'POST', path: /\/upload\/image/ };
export const FILES: RequestMatch = { path: /\/(view|upload\/image)\b/ };
export const CATALOGUE: RequestMatch = { method: 'GET', path: /\/object_info/ };
export const FEATURES: RequestMatch = { method: 'GET', path: /\/features/ };
