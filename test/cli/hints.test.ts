import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { inOurWords } from '../../packages/cli/src/hints';

const client = path.resolve(__dirname, '../../nodes/client');

/** The texts that the sources of the client contain. */
const texts = readdirSync(client, { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts'))
	.flatMap((name) => textsIn(path.join(client, name)));

function textsIn(file: string): string[] {
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
			found.push(node.text);
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** Only n8n itself has egress rules, and only its users mistake its workflows for those of ComfyUI. */
const OF_N8N = [/^n8n does not allow/, /the n8n instance restricts/, /^This is a workflow of n8n/];
const isSentence = (text: string) => /\s/.test(text) && !OF_N8N.some((pattern) => pattern.test(text));

test('no error or hint of the client speaks of credentials, n8n or its nodes on the command line', () => {
	const foreign = texts
		.filter(isSentence)
		.map(inOurWords)
		.filter((text) => /credential|n8n|"ComfyUI |On Partial/.test(text));
	expect(foreign).toEqual([]);
});

test('only texts that the client has are replaced', () => {
	const source = readFileSync(path.resolve(__dirname, '../../packages/cli/src/hints.ts'), 'utf8');
	const phrases = [...source.matchAll(/^\t\['((?:[^'\\]|\\.)*)',/gm)].map(([, text]) =>
		text.replaceAll("\\'", "'"),
	);
	expect(phrases.length).toBeGreaterThan(10);
	expect(phrases.filter((phrase) => !texts.some((text) => text.includes(phrase)))).toEqual([]);
});
