const path = require('node:path');
const base = require('../../jest.config.js');
const { folderOf, releases } = require('./releases');

const root = path.resolve(__dirname, '../..');

/** Which tests run with a release: those of the engine, or those that only load the classes. */
const testsFor = ({ title, packages }) => {
	if ('n8n-core' in packages) return ['**/test/nodes/errorOutput.test.ts'];
	return [`**/test/n8n-versions/${title.startsWith('too old') ? 'tooOld' : 'oldest'}.n8n.ts`];
};

/** @type {import('jest').Config} */
module.exports = {
	testTimeout: base.testTimeout,
	projects: releases.map((release) => {
		const modules = path.join(folderOf(release), 'node_modules');
		return {
			displayName: release.title,
			rootDir: root,
			roots: base.roots,
			testEnvironment: base.testEnvironment,
			transform: base.transform,
			setupFilesAfterEnv: [path.join(root, 'test/support/jest.setup.ts')],
			testMatch: testsFor(release),
			moduleNameMapper: {
				'^n8n-core$': path.join(modules, 'n8n-core'),
				'^n8n-workflow$': path.join(__dirname, 'olderWorkflow.js'),
				'^older-n8n-workflow$': path.join(modules, 'n8n-workflow'),
			},
		};
	}),
};
