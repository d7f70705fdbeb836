import type { IDataObject } from 'n8n-workflow';
import type { SystemStats } from '../../client/hosts/ServerApi';
import { onEachServer } from '../../shared/operations/onEachServer';
import type { OperationContext } from '../../shared/operations/OperationContext';

/**
 * Version, machine, GPUs, features and load. The command line is omitted because it may contain paths. On a pool one row
 * for each server.
 */
export async function getServerInformation(operation: OperationContext): Promise<IDataObject[]> {
	if (operation.client.host.pool) return await onEachServer(operation, getServerInformation);
	const information = await operation.cached('server', async () => await readInformation(operation));
	return [structuredClone(information)]; // items must not share objects
}

async function readInformation({ client, signal }: OperationContext): Promise<IDataObject> {
	const [{ system, devices }, features, queue] = await Promise.all([
		client.getSystemStats({ signal }),
		client.getFeatures({ signal }),
		client.getQueue({ signal }),
	]);
	const running = queue.filter(({ state }) => state === 'running').length;
	return {
		version: text(system.comfyui_version),
		os: text(system.os),
		python: text(system.python_version)?.split(' ')[0] ?? null, // the rest describes the build
		pytorch: text(system.pytorch_version),
		ramTotal: number(system.ram_total),
		ramFree: number(system.ram_free),
		devices: devices.map(toDevice),
		queue: { running, pending: queue.length - running },
		features: features as IDataObject,
	};
}

const toDevice = (device: SystemStats['devices'][number]): IDataObject => ({
	name: device.name,
	type: device.type,
	index: number(device.index),
	vramTotal: number(device.vram_total),
	vramFree: number(device.vram_free),
	torchVramTotal: number(device.torch_vram_total),
	torchVramFree: number(device.torch_vram_free),
});

const text = (value: unknown) => (typeof value === 'string' ? value : null);
const number = (value: unknown) => (typeof value === 'number' ? value : null);
