import type { IExecuteFunctions } from 'n8n-workflow';
import { Readable } from 'node:stream';
import { ComfyUiClient } from '../../nodes/client/ComfyUiClient';
import type { HttpTransport } from '../../nodes/client/transport/http';
import { downloadFile } from '../../nodes/shared/files/download';
import { Engine } from '../support/engine';
import { nodeOf } from '../engine-harness/support/nodeOf';

/** A server that answers with these bytes and headers, whatever is asked. */
const answering = (body: Buffer, headers: Record<string, string>): HttpTransport => ({
	send: async () => ({ status: 200, headers, body: Readable.from([body]) }),
});

let transport: HttpTransport;
const probe = nodeOf(async function (this: IExecuteFunctions) {
	const client = ComfyUiClient.connect({ url: 'http://comfy.test:8188', transport });
	const file = { filename: 'a.png', subfolder: '', type: 'output' as const };
	const { size } = await downloadFile(this, client, file);
	return [[{ json: { size } }]];
});

describe.each(['filesystem', 'default'] as const)('with binary mode %s', (binaryMode) => {
	let engine: Engine;
	beforeAll(async () => {
		engine = await Engine.start({ binaryMode, nodeTypes: { 'probe.download': probe }, credentialTypes: {} });
	});
	afterAll(async () => await engine.stop());
	const run = async () => await engine.run({ nodes: [{ name: 'Get', type: 'probe.download' }] });

	test('a stream that ends without an error before all announced bytes came is an error', async () => {
		transport = answering(Buffer.from('12345'), { 'content-length': '9' });
		const { error } = await run();
		expect(error?.message).toMatch(
			/^The download of "a\.png" is incomplete: .* 5 of 9 bytes were received\.$/,
		);
	});

	test('a stream that was unpacked on the way may be longer than announced', async () => {
		transport = answering(Buffer.from('12345'), { 'content-length': '3' });
		expect((await run()).items('Get')).toMatchObject([{ json: { size: 5 } }]);
	});

	test('a stream whose length nobody announced is taken as it comes', async () => {
		transport = answering(Buffer.from('12345'), {});
		expect((await run()).items('Get')).toMatchObject([{ json: { size: 5 } }]);
	});
});
