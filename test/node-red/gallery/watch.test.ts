import { until } from '../../support/until';
import { onExample } from '../support/galleryStage';

/** The flow of the gallery for Node-RED that watches the server. */

describe('Watch the GPU', () => {
	test('tells the chat which job failed, frees the memory of an idle server, and tells when the server is off', async () => {
		await onExample(
			'Watch the GPU',
			async ({ comfy, told }) => {
				const freed = () => comfy.requests.filter(({ path: route }) => route.endsWith('/free'));
				// The watch begins with the flow: a job has to end after that.
				for (let tries = 0; tries < 20 && told.length === 0; tries++) {
					await comfy.submit({
						'1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: tries } },
						'2': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'out of paint' } },
						'3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
					});
					await comfy.idle();
					await until(() => told.length > 0, 'a message', 3_000).catch(() => {});
				}
				expect(told[0]).toMatch(/^ComfyUI job failed: .*TFail.*out of paint/);
				await until(() => freed().length > 0, 'memory to be freed');
				told.splice(0);
				await comfy.stop();
				await until(() => told.length > 0, 'a message');
				expect(told[0]).toBe('ComfyUI is offline.');
			},
			{ env: { IDLE_MINUTES: '0.0001' } },
		);
	});
});
