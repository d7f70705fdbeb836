import { mediaOf } from '../../core/media';
import { timeOf } from './readExecution';
import { isRecord } from '../../core/guards';

/** What the service knows of a file that it keeps. */
export interface FileFacts {
	fileId: string;
	filename: string;
	contentType: string;
	/** Bytes, when told. */
	size?: number;
	/** Epoch ms. */
	createdAt?: number;
	/** Epoch ms. */
	expiresAt?: number;
}

/** Whether JSON is about the file, and not the file itself. */
export function isFacts(value: unknown, fileId: string): value is Record<string, unknown> {
	return isRecord(value) && value.file_id === fileId;
}

/** @param known what is taken where the answer does not tell */
export function readFacts(facts: Record<string, unknown>, known: Partial<FileFacts> = {}): FileFacts {
	const filename = textOf(facts.filename) || known.filename || 'file';
	return {
		fileId: String(facts.file_id),
		filename,
		contentType: textOf(facts.content_type) || known.contentType || mediaOf(filename).mimeType,
		size: [facts.size, facts.file_size, known.size].find((size): size is number => Number.isFinite(size)),
		createdAt: timeOf(facts.created_at),
		expiresAt: timeOf(facts.expires_at),
	};
}

/** What the headers of the file itself tell. */
export function factsFromHeaders(fileId: string, headers: Record<string, string>): FileFacts {
	const filename = nameIn(headers['content-disposition'] ?? '');
	return readFacts(
		{ file_id: fileId, filename, content_type: headers['content-type']?.split(';')[0].trim() },
		{
			size: headers['content-length'] ? Number(headers['content-length']) : undefined,
		},
	);
}

/** The service writes names without quotes, whatever is in them. */
function nameIn(disposition: string): string {
	const [, plain] = /;\s*filename="?([^";]*)/i.exec(disposition) ?? [];
	return plain?.trim() ?? '';
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
