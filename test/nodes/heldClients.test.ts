import type { ComfyUiClient } from '../../nodes/client';
import { closeHeldClient, holdClient, keyOf, takeHeldClient } from '../../nodes/shared/heldClients';

const MAX = 50;

function fake(closed: string[], name: string): ComfyUiClient {
	return { close: async () => void closed.push(name) } as unknown as ComfyUiClient;
}

test('no more clients are held than the limit, and one that is taken makes room', async () => {
	const closed: string[] = [];
	const keys = Array.from({ length: MAX }, (_, n) => `client ${n}`);
	expect(keys.map((key) => holdClient(key, fake(closed, key)))).toEqual(keys.map(() => true));
	expect(holdClient('one more', fake(closed, 'one more'))).toBe(false);
	expect(takeHeldClient('one more')).toBeUndefined();
	expect(takeHeldClient(keys[0])).toBeDefined();
	expect(holdClient('one more', fake(closed, 'one more'))).toBe(true);
	for (const key of [...keys.slice(1), 'one more']) await closeHeldClient(key);
	expect(closed).toEqual([...keys.slice(1), 'one more']);
});

test('a key is held once, and is that of the credential too', () => {
	const client = fake([], 'x');
	expect(holdClient('x', client)).toBe(true);
	expect(holdClient('x', fake([], 'y'))).toBe(false);
	expect(takeHeldClient('x')).toBe(client);
	expect(keyOf({ url: 'a' }, 'me')).not.toBe(keyOf({ url: 'b' }, 'me'));
});
