import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('user data', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	test('a fresh installation has no folder of workflows', async () => {
		const answer = await session.get('/userdata?dir=workflows');
		expect([answer.status, answer.text]).toEqual([404, 'Directory not found']);
	});

	test('files are written, listed, read, moved and deleted', async () => {
		await session.post('/userdata/workflows%2Fa.json', { a: 1 });
		await session.post('/userdata/workflows%2Fdeep%2Fb.json', { b: 1 });
		const list = async (query: string) => (await session.get(`/api/userdata?dir=workflows${query}`)).json();
		expect(await list('')).toEqual(['a.json']);
		expect(await list('&recurse=true')).toEqual(['a.json', 'deep/b.json']);
		expect(await list('&recurse=true&split=true')).toContainEqual(['deep/b.json', 'deep', 'b.json']);
		expect(await list('&full_info=true')).toMatchObject([{ path: 'a.json', size: 7 }]);
		expect((await session.get('/userdata/workflows%2Fa.json')).json()).toEqual({ a: 1 });
		const again = await session.post('/userdata/workflows%2Fa.json?overwrite=false', {});
		expect(again.status).toBe(409);
		await session.post('/userdata/workflows%2Fa.json/move/workflows%2Fc.json', '');
		expect((await session.request('DELETE', '/userdata/workflows%2Fc.json')).status).toBe(204);
		expect((await session.get('/userdata/workflows%2Fc.json')).status).toBe(404);
	});

	test.each([
		['/userdata', 400],
		['/userdata?dir=../..', 403],
	])('%s is %i in text', async (path, status) => {
		expect((await session.get(path)).status).toBe(status);
	});
});
