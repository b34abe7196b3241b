export type { Alignment } from './alignment.ts';
