// Compiles the command line to CommonJS: one file per source, so that a command loads only what it uses. The client must
// have been built before, for its types.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const folder = import.meta.dirname;

rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
chmodSync(path.join(folder, 'dist/comfyui.js'), 0o755);
