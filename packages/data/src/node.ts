export * from './atelier/node.ts';
export { type FetchOptions, fetchFile } from './fetch/fetch-file.ts';
export { type ArchiveKind, type ManifestFile, readManifest } from './fetch/manifest.ts';
export { type UnpackOptions, unpackArchive } from './fetch/unpack-archive.ts';
export { type OpenFolderOptions, openFolder } from './open-folder.ts';
export { openParquetFolder, type ParquetFolderOptions } from './parquet-folder.ts';
export { type ReleasedRow, readReleasedRows } from './released-rows.ts';
export { openWebDatasetFolder, type WebDatasetFolderOptions } from './webdataset-folder.ts';
export { parseWebDatasetShardName, type WebDatasetShardName } from './webdataset-shards.ts';
