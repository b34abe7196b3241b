export type { ReleasedFigures } from './released-task.ts';
export { type ReleasedResult, runReleased } from './run-released.ts';
export type { RunReleasedOptions } from './run-released-options.ts';
