import type { N8nProcess } from '../support/N8nProcess';

/** What the start of the tests leaves to their end. */
export const running: { home?: string; n8n?: N8nProcess } = {};
