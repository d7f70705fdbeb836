import { galleryNames, readText } from '../../gallery/support/flowFiles';
import { examples, read } from '../support/galleryStage';

/** What is in the flows of the gallery for Node-RED. */

describe('every example', () => {
	test.each(examples)('%s runs a workflow of the gallery', (name) => {
		const workflows = galleryNames.map((one) =>
			JSON.stringify(JSON.parse(readText(one, 'workflow.api.json'))),
		);
		for (const { source, workflow } of read(name))
			if (source === 'json') expect(workflows).toContain(workflow);
	});

	test.each(examples)(
		'%s says what it does, and has addresses and paths only as placeholders of its environment',
		(name) => {
			const [tab, server, ...nodes] = read(name);
			expect(tab).toMatchObject({ type: 'tab', label: name, info: expect.stringMatching(/\w+/) as string });
			expect(server.url).toBe('http://127.0.0.1:8188');
			const text = JSON.stringify(nodes.filter(({ type }) => type !== 'comment'));
			expect(text.match(/https?:|<[a-z]+ of|\/(tmp|home)\//g)).toBeNull();
		},
	);

	test('no ID is in two examples, so that all can be imported into one Node-RED', () => {
		const ids = examples.flatMap(read).map(({ id }) => id);
		expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
	});
});
