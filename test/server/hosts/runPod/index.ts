export { LittleRunPod, type LittleRunPodOptions } from './LittleRunPod';
