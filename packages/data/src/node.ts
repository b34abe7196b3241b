export * from './atelier/node.ts';
export { openParquetFolder, type ParquetFolderOptions } from './parquet-folder.ts';
export { openWebDatasetFolder, type WebDatasetFolderOptions } from './webdataset-folder.ts';
