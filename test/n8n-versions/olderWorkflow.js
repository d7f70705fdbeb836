// What the test engine takes from n8n-workflow and older releases do not have. The nodes see the release as it is.
const older = require('older-n8n-workflow');

const additions = {
	injectDomainRestrictionFields: ({ properties }) => properties,
	createRunExecutionData: ({ executionData, resultData } = {}) => ({
		startData: {},
		resultData: { runData: {}, ...resultData },
		executionData: {
			contextData: {},
			nodeExecutionStack: [],
			metadata: {},
			waitingExecution: {},
			waitingExecutionSource: {},
			...executionData,
		},
	}),
};

module.exports = new Proxy(older, {
	get: (target, name) => target[name] ?? (Object.hasOwn(additions, name) ? additions[name] : undefined),
});
