export type { ReleasedFigures } from './released-task.ts';
export { type ReleasedResult, type RunReleasedOptions, runReleased } from './run-released.ts';
