import { failure, serverUnderTest } from '../support/ServerUnderTest';
import { isBefore } from '../support/facts';
import { fail, canvas, picture, save, slow, unique } from '../support/workflows';

const server = serverUnderTest();
const { client, other } = server;

test('the log has the line of a job', async () => {
	await server.run(picture());
	const lines = await client.admin.logs();
	expect(lines.some(({ text }) => text === 'got prompt')).toBe(true);
	for (const { text } of lines) expect(text).not.toContain('\u001b');
	expect(lines.some(({ level }) => level === 'INFO')).toBe(
		!isBefore('0.3.0') && isBefore('0.7.0') ? false : true,
	);
});

test('the log has the failure of a node', async () => {
	const { promptId } = await client.queuePrompt({
		'1': canvas(),
		'2': fail('1', unique('broken')),
		'3': save('2'),
	});
	await failure(client.waitForCompletion(promptId), 'execution');
	const texts = (await client.admin.logs()).map(({ text }) => text);
	expect(texts.join('\n')).toContain(unique('broken'));
});

test('there is one user', async () => {
	expect(await client.admin.users()).toMatchObject({ multiUser: false });
});

test('a user file is written once, overwritten on request and deleted', async () => {
	const path = `workflows/${unique('written')} ü.json`;
	await client.admin.writeUserFile(path, '{"seed":18446744073709551615}');
	expect(await client.readUserFile(path)).toBe('{"seed":18446744073709551615}');
	await failure(client.admin.writeUserFile(path, '{}'), 'invalid-input');
	await client.admin.writeUserFile(path, '{}', { overwrite: true });
	await client.admin.deleteUserFile(path);
	await failure(client.admin.deleteUserFile(path), 'not-found');
	await failure(client.admin.writeUserFile('../../escaped.json', '{}'), 'invalid-input');
});

test('jobs are listed by status', async () => {
	const { job: good } = await server.run(picture());
	const bad = await client.queuePrompt({ '1': canvas(), '2': fail('1', 'broken'), '3': save('2') });
	await failure(server.wait(bad), 'execution');
	const running = await client.queuePrompt(slow(1.5));
	await server.running(running);
	const waiting = await client.queuePrompt(picture());
	const ids = async (status?: 'failed' | 'completed' | 'running' | 'pending') =>
		(await client.admin.listJobs({ status, max: 20 })).map(({ promptId }) => promptId);
	expect(await ids('running')).toEqual([running.promptId]);
	expect(await ids('pending')).toEqual([waiting.promptId]);
	expect(await ids('failed')).toContain(bad.promptId);
	expect(await ids('completed')).toContain(good.promptId);
	expect(await ids()).toEqual(
		expect.arrayContaining([running, waiting, bad, good].map((job) => job.promptId)),
	);
});

test('a stored job has what was submitted, before and after its end', async () => {
	const first = await other.queuePrompt(slow(1));
	await server.running(first);
	const workflow = picture();
	const { promptId } = await client.queuePrompt(workflow, { extraData: { submitted_by: 'me' } });
	expect(await other.admin.storedJob(promptId)).toMatchObject({
		state: 'pending',
		clientId: client.clientId,
		submittedBy: 'me',
	});
	await client.waitForCompletion(promptId);
	const ended = await other.admin.storedJob(promptId);
	expect(ended).toMatchObject({ state: 'ended', submittedBy: 'me' });
	expect(Object.keys(ended?.workflow ?? {})).toEqual(Object.keys(workflow));
	expect(await other.admin.findEnded((job) => job.submittedBy === 'me')).toContain(promptId);
});

test('a pending job is removed, and a running one is not', async () => {
	const running = await client.queuePrompt(slow(1));
	await server.running(running);
	const waiting = await client.queuePrompt(picture());
	const both = [running.promptId, waiting.promptId];
	expect(await other.admin.removePending(both)).toEqual([waiting.promptId]);
	expect((await server.wait(running)).files).toHaveLength(1);
});

test('files are listed', async () => {
	const { result } = await server.run(picture());
	if (await server.listsItsOutput()) {
		const names = (await client.admin.listFiles('output')).map(({ name }) => name);
		expect(names).toContain(result.files[0].filename);
	} else await failure(client.admin.listFiles('output'), 'not-supported');
	if (isBefore('0.3.64')) await failure(client.admin.listFiles('temp'), 'not-supported');
	else expect(await client.admin.listFiles('temp')).toEqual(expect.any(Array));
});

test('models of a folder are listed, and an unknown folder is not found', async () => {
	for (const { name, folder } of await client.admin.modelFiles('checkpoints'))
		expect([typeof name, folder]).toEqual(['string', 'checkpoints']);
	await failure(client.admin.modelFiles('no_such_folder'), 'not-found');
});

test('a restart needs ComfyUI-Manager, and a deletion the list of assets', async () => {
	const { assets } = await client.getFeatures();
	if (!(await server.hasManager())) await failure(client.admin.restart(), 'not-supported');
	if (assets !== true) await failure(client.admin.deleteAsset(crypto.randomUUID()), 'not-supported');
});
