export { MetricsFile } from './metrics-file.ts';
export { type TrainOnWorkersOptions, trainOnWorkers } from './train-on-workers.ts';
