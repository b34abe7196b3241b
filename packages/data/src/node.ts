export * from './atelier/node.ts';
export { openParquetFolder, type ParquetFolderOptions } from './parquet-folder.ts';
export { type ReleasedRow, readReleasedRows } from './released-rows.ts';
export { openWebDatasetFolder, type WebDatasetFolderOptions } from './webdataset-folder.ts';
