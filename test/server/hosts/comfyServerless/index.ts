export { LittleServerless, type LittleServerlessOptions } from './LittleServerless';
