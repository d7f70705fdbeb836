export { LittleRunComfy, type LittleRunComfyOptions } from './LittleRunComfy';
