import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A change of one place in a file. */
export interface Mutation {
	file: string;
	start: number;
	end: number;
	text: string;
	/** The expression or statement around it, whose evaluation reaches the change. */
	around: { start: number; end: number; isStatement: boolean };
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

/** All changes that are tried in a file. */
export function mutationsOf(file: string): Mutation[] {
	const found: Mutation[] = [];
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
	const add = (node: ts.Node, text: string, outer = node) =>
		void found.push({
			file,
			start: node.getStart(source),
			end: node.getEnd(),
			text,
			around: {
				start: outer.getStart(source),
				end: outer.getEnd(),
				isStatement: ts.isExpressionStatement(outer),
			},
		});
	const visit = (node: ts.Node): void => {
		if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
		if (ts.isBinaryExpression(node)) {
			const opposite = OPPOSITES.get(node.operatorToken.getText(source));
			if (opposite) add(node.operatorToken, opposite, node);
		} else if (ts.isIfStatement(node)) {
			add(node.expression, 'false');
			add(node.expression, 'true');
		} else if (ts.isConditionalExpression(node)) {
			add(node.condition, `!(${node.condition.getText(source)})`);
		} else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
			add(node, node.operand.getText(source));
		} else if (ts.isNumericLiteral(node) && !isName(node)) {
			add(node, String(Number(node.text.replaceAll('_', '')) + 1));
		} else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false');
		else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true');
		else if (ts.isExpressionStatement(node)) add(node, ';');
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** Whether it names a member of an object, and is no value. */
const isName = (node: ts.Node) => 'name' in node.parent && node.parent.name === node;
