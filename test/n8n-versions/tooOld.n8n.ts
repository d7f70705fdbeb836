import path from 'node:path';
import { loadClass, readManifest } from '../support/builtPackage';

test.each(readManifest().n8n.nodes)('%s says which n8n it needs', (file) => {
	const load = () => loadClass(path.resolve(__dirname, '../..'), file);
	expect(load).toThrow('The ComfyUI nodes need n8n 1.85 or newer. Update n8n.');
});
