// Runs a TypeScript script of this repository with the compiler that the tests use: node scripts/run.cjs <script.ts> [args]
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const ts = require('typescript');

const root = path.resolve(__dirname, '..');
const { config } = ts.readConfigFile(path.join(root, 'tsconfig.test.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);

Module._extensions['.ts'] = (module, filename) => {
	const { outputText } = ts.transpileModule(fs.readFileSync(filename, 'utf8'), {
		fileName: filename,
		compilerOptions: { ...options, noEmit: false, inlineSourceMap: true, sourceMap: false },
	});
	module._compile(outputText, filename);
};

// Node tries extensions in the order of this table: X.node.ts has to come before its codex X.node.json.
const { '.json': json, ...others } = Module._extensions;
for (const extension of Object.keys(Module._extensions)) delete Module._extensions[extension];
Object.assign(Module._extensions, others, { '.json': json });

process.setSourceMapsEnabled(true);
const [script] = process.argv.splice(2, 1);
require(path.resolve(root, script));
