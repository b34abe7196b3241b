export { MetricsFile } from './metrics-file.ts';
