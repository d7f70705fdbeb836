import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * Changes the code of the client in one place after another, and runs the tests of that folder: a change that no test
 * notices survives. `npm run mutate -- [folders, comma-separated] [changes for each folder] [seed]`
 */

const root = path.resolve(__dirname, '..');
const [folders = 'jobs,transport,hosts,check,convert', count = '8', seed = '1'] = process.argv.slice(2);

/** A change of one place in a file. */
interface Mutation {
	file: string;
	start: number;
	end: number;
	text: string;
}

const OPPOSITES = new Map<string, string>([
	['<', '<='],
	['<=', '<'],
	['>', '>='],
	['>=', '>'],
	['===', '!=='],
	['!==', '==='],
	['&&', '||'],
	['||', '&&'],
	['+', '-'],
	['-', '+'],
]);

function mutationsOf(file: string): Mutation[] {
	const found: Mutation[] = [];
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
	const add = (node: ts.Node, text: string) =>
		void found.push({ file, start: node.getStart(source), end: node.getEnd(), text });
	const visit = (node: ts.Node): void => {
		if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
		if (ts.isBinaryExpression(node)) {
			const opposite = OPPOSITES.get(node.operatorToken.getText(source));
			if (opposite) add(node.operatorToken, opposite);
		} else if (ts.isIfStatement(node)) {
			add(node.expression, 'false');
			add(node.expression, 'true');
		} else if (ts.isConditionalExpression(node)) {
			add(node.condition, `!(${node.condition.getText(source)})`);
		} else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
			add(node, node.operand.getText(source));
		} else if (ts.isNumericLiteral(node)) {
			add(node, String(Number(node.text.replaceAll('_', '')) + 1));
		} else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false');
		else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true');
		else if (ts.isExpressionStatement(node)) add(node, ';');
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** The same numbers for the same seed: a sample can be repeated. */
function random(state: number): () => number {
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

function sample<T>(items: T[], size: number, next: () => number): T[] {
	const left = [...items];
	return Array.from({ length: Math.min(size, left.length) }, () => left.splice(next() * left.length, 1)[0]);
}

/** Whether the tests of a folder fail. Tests that never end count as failing. @param timeout in ms */
function doTestsFail(folder: string, timeout?: number): boolean {
	// One process without a shell around it: the end of its time ends all of it.
	const args = [`test/client/${folder}`, '--runInBand', '--bail', '--silent', '--forceExit'];
	const options = { cwd: root, timeout, stdio: 'ignore', killSignal: 'SIGKILL' } as const;
	return spawnSync(process.execPath, [require.resolve('jest/bin/jest'), ...args], options).status !== 0;
}

/** Whether the tests of the folder fail with the change. */
function isNoticed(folder: string, { file, start, end, text }: Mutation, timeout: number): boolean {
	const original = readFileSync(file, 'utf8');
	try {
		writeFileSync(file, original.slice(0, start) + text + original.slice(end));
		return doTestsFail(folder, timeout);
	} finally {
		writeFileSync(file, original);
	}
}

function mutateFolder(folder: string): void {
	const begun = Date.now();
	if (doTestsFail(folder)) throw new Error(`The tests in test/client/${folder} fail without a change.`);
	// On a busy machine a slow run must not pass for one that never ends.
	const timeout = Math.max(300_000, 10 * (Date.now() - begun));
	const base = path.join(root, 'nodes/client', folder);
	const files = readdirSync(base, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.sort();
	const all = files.flatMap((name) => mutationsOf(path.join(base, name)));
	const chosen = sample(all, Number(count), random(Number(seed)));
	let noticed = 0;
	for (const mutation of chosen) {
		const text = readFileSync(mutation.file, 'utf8');
		const line = text.slice(0, mutation.start).split('\n').length;
		const before = text.slice(mutation.start, mutation.end).replace(/\s+/g, ' ').slice(0, 60);
		const outcome = isNoticed(folder, mutation, timeout);
		if (outcome) noticed += 1;
		const place = `${path.relative(root, mutation.file)}:${line}`;
		console.log(
			`${outcome ? 'noticed ' : 'SURVIVED'} ${place}  ${before}  ->  ${mutation.text.slice(0, 60)}`,
		);
	}
	console.log(`${folder}: ${noticed} of ${chosen.length} noticed, of ${all.length} possible changes`);
}

for (const folder of folders.split(',')) mutateFolder(folder);
