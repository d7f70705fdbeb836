/** The texts that the files of these tests carry, as ComfyUI writes them: Python's JSON with a bare NaN. */

export const workflow = {
	last_node_id: 9,
	nodes: [{ id: 3, type: 'KSampler', widgets_values: ['Grüße an die 猫'] }],
	links: [[1, 3, 0, 9, 0, 'IMAGE']],
};

export const prompt = {
	'3': { class_type: 'KSampler', inputs: { steps: 20, text: 'Grüße an die 猫' }, is_changed: [null] },
	'9': { class_type: 'SaveImage', inputs: { images: ['3', 0] } },
};

export const workflowText = JSON.stringify(workflow);
export const promptText = JSON.stringify(prompt).replace('[null]', '[NaN]');

/** In a comment that holds both; the prompt as text, the workflow as an object. */
export const commentText = JSON.stringify({ prompt: promptText, workflow });

export type Texts = Record<string, string>;

/** The metadata of usual files. */
export const both = { prompt: promptText, workflow: workflowText };

/** What comes out of a file with {@link both}. */
export const foundBoth = { workflow: prompt, uiWorkflow: workflow };

/** Only ASCII, as Python escapes it. */
export function escaped(text: string): string {
	return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
