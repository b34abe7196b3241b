export * from './atelier/node.ts';
export { type CleaningOptions, cleanText, defaultCleaning, noCleaning } from './clean-text.ts';
export { dataFromUser } from './data-from-user.ts';
export { type FetchOptions, fetchFile } from './fetch/fetch-file.ts';
export { type ArchiveKind, type ManifestFile, readManifest } from './fetch/manifest.ts';
export type { NetworkOptions } from './fetch/network.ts';
export { useProxyOfEnvironment } from './fetch/proxy.ts';
export { type UnpackOptions, unpackArchive } from './fetch/unpack-archive.ts';
export { formatDataReading } from './format-data-reading.ts';
export type {
  ColumnMapping,
  ExplainedMapping,
  MappedField,
  MappingChoice,
  MappingReason,
} from './mapping/column-mapping.ts';
export { parseMapping } from './mapping/parse-mapping.ts';
export { type DataReading, type OpenDataOptions, type OpenedData, openData } from './open-data.ts';
export { openParquetFolder, type ParquetFolderOptions } from './parquet-folder.ts';
export {
  type DataOption,
  type DataReadingTexts,
  dataForms,
  dataOptions,
  parseDataReading,
} from './parse-data-reading.ts';
export { type ReleasedRow, readReleasedRows } from './released-rows.ts';
export { shortHash } from './short-hash.ts';
export { unknownSplit } from './unknown-split.ts';
export { openWebDatasetFolder, type WebDatasetFolderOptions } from './webdataset-folder.ts';
export { parseWebDatasetShardName, type WebDatasetShardName } from './webdataset-shards.ts';
