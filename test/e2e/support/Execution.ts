import type { IBinaryData, IDataObject, INodeExecutionData, IRunExecutionData } from 'n8n-workflow';
import type { Rest } from './Rest';
import { unflatten } from './unflatten';

/** An execution as n8n answers it. */
export interface StoredExecution {
	id: string;
	status: 'new' | 'running' | 'waiting' | 'success' | 'error' | 'canceled' | 'crashed' | 'unknown';
	/** Flattened, see {@link unflatten}. */
	data: string;
}

/** What an execution that has ended left behind. */
export class Execution {
	readonly id: string;
	readonly status: StoredExecution['status'];
	private readonly data: IRunExecutionData;

	constructor(
		private readonly rest: Rest,
		{ id, status, data }: StoredExecution,
	) {
		this.id = id;
		this.status = status;
		this.data = unflatten(data) as IRunExecutionData;
	}

	/** The error that ended it. */
	get error(): { message: string; description?: string | null } | undefined {
		return this.data.resultData?.error as { message: string; description?: string | null } | undefined;
	}

	/** The output of the last run of a node. */
	items(node: string, output = 0): INodeExecutionData[] {
		return this.data.resultData.runData[node]?.at(-1)?.data?.main[output] ?? [];
	}

	json(node: string, output = 0): IDataObject[] {
		return this.items(node, output).map(({ json }) => json);
	}

	/** The bytes of a file, as the editor downloads them. */
	async file(item: INodeExecutionData, field = 'data'): Promise<Buffer> {
		const { id, data } = item.binary?.[field] as IBinaryData;
		if (!id) return Buffer.from(data, 'base64');
		const answer = await this.rest.request(
			'GET',
			`/rest/binary-data?id=${encodeURIComponent(id)}&action=download`,
		);
		if (!answer.ok) throw new Error(`the file of ${field} was answered with ${answer.status}`);
		return Buffer.from(await answer.arrayBuffer());
	}
}
