export { type InspectDataOptions, type InspectedData, type InspectedSource, inspectData } from './inspect-data.ts';
export { inspectionLines } from './inspection-lines.ts';
export { inspectionPage } from './inspection-page.ts';
