import { until } from '../../../support/until';
import type { LittleComfyUi } from '../../../server';
import { queue, wait } from '../../support/JobNodes';
import { failing, quick, slow } from '../../support/jobWorkflows';
import { JOB, type Situation } from './Situation';

const waiting = [wait({ promptId: JOB })];
const failingWith = (message: string): Situation => ({
	when: `a node fails with "${message}"`,
	nodes: [queue(failing(message)), wait()],
});

/** Until the node that waits has seen the job in the queue: what it asked before the second look was answered. */
const lookedTwice = async ({ requests }: LittleComfyUi) =>
	await until(() => requests.filter(({ query }) => query.status?.startsWith('pending')).length > 1);

const isRunning = async (server: LittleComfyUi) => await until(() => server.busyMs > 0);

/** How jobs end badly. */
export const running = {
	failed: failingWith('the oven broke'),
	outOfMemory: failingWith('Allocation on device 0 would exceed allowed memory. (out of memory)'),
	missingModel: failingWith("[Errno 2] No such file or directory: 'models/loras/style.safetensors'"),
	systemCode: failingWith('ENOENT and EACCES are codes of the system'),
	brokenModel: failingWith('Error while deserializing header: HeaderTooLarge'),
	shapes: failingWith('mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)'),
	unpaid: failingWith('Unauthorized: Please login first to use this node.'),
	failedWithEcho: {
		when: 'a node repeats what the client sent',
		nodes: waiting,
		before: async ({ server, echo }) =>
			await server.submit(failing(`no access for ${echo}`), { promptId: JOB }),
	},
	interrupted: {
		when: 'somebody interrupts the job',
		nodes: waiting,
		before: async ({ server, post }) => {
			await server.submit(slow(), { promptId: JOB });
			await isRunning(server);
			await post('/interrupt', {});
		},
	},
	removed: {
		when: 'somebody removes the job from the queue',
		nodes: waiting,
		before: async ({ server }) => {
			server.faults.hold();
			await server.submit(quick, { promptId: JOB });
		},
		during: {
			node: 'Wait',
			act: async ({ server, post }) => {
				await lookedTwice(server);
				await post('/queue', { delete: [JOB] });
			},
		},
	},
	restarted: {
		when: 'the server restarts',
		nodes: waiting,
		before: async ({ server }) => {
			server.faults.hold();
			await server.submit(quick, { promptId: JOB });
		},
		during: {
			node: 'Wait',
			act: async ({ server }) => {
				await lookedTwice(server);
				await server.restart();
			},
		},
	},
	unheardOf: { when: 'the server has never heard of the job', nodes: waiting },
	deadlineInQueue: {
		when: 'the job is still in the queue at the deadline',
		nodes: [wait({ promptId: JOB, timeout: 1 })],
		before: async ({ server }) => {
			server.faults.hold();
			await server.submit(quick);
			await server.submit(quick, { promptId: JOB });
		},
	},
	deadlineRunning: {
		when: 'the job is still running at the deadline',
		nodes: [queue(slow()), wait({ timeout: 1, onTimeout: 'cancel' })],
	},
	gone: {
		when: 'the server cannot be reached until the deadline',
		nodes: [wait({ promptId: JOB, timeout: 1 })],
		before: async ({ server }) => await server.stop(),
	},
	answersBreakOff: {
		when: 'the server stops answering as a ComfyUI does while the job runs',
		nodes: waiting,
		before: async ({ server, echo }) => {
			await server.submit(slow(), { promptId: JOB });
			server.faults.respond({ path: /^\/api\/(jobs|history|queue)/ }, { status: 401, body: `No ${echo}` });
		},
	},
} satisfies Record<string, Situation>;
