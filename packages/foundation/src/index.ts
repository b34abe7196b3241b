export { decodedPart, isAddress, publicAddress } from './address.ts';
export { ByteReader, ByteWriter, protocolFields, type Refuse } from './byte-reader.ts';
export { connectionAdvice } from './connection-advice.ts';
export { type ContentRange, contentRange } from './content-range.ts';
export { decodeText, otherEncoding, type TextOrigin, withoutByteOrderMark } from './decode-text.ts';
export { type DropoutSeeds, dropoutSeeds } from './dropout-seeds.ts';
export { type EpochOrder, epochOrder } from './epoch-order.ts';
export { fetchReason } from './fetch-reason.ts';
export type { FileGroup, FileKind } from './file-kind/file-kind.ts';
export { fileKind } from './file-kind/find-file-kind.ts';
export { float16Table, fromFloat16Bits, toFloat16Bits } from './float16.ts';
export { folderAtUrl, webUrl } from './folder-at-url.ts';
export {
  type ByteSource,
  bytesInMemory,
  type FolderFiles,
  folderAbove,
  readJson,
  readText,
  readWhole,
} from './folder-files.ts';
export { folderOfPickedFiles } from './folder-of-picked-files.ts';
export { KaleidoError, type KaleidoErrorDetails, type KaleidoErrorKind } from './kaleido-error.ts';
export { didYouMean, nearestName } from './nearest-name.ts';
export { parseJson, parsePythonJson } from './parse-json.ts';
export { printable } from './printable.ts';
export { type RandomStream, randomStream } from './random-stream.ts';
export { repeatedKey } from './repeated-key.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  float32Values,
  type SafetensorsEntry,
  type SafetensorsFile,
  type SafetensorsType,
  type StoredTensor,
  safetensorsPieces,
} from './safetensors.ts';
export { SafetensorsReader } from './safetensors-reader.ts';
export { sha256 } from './sha256.ts';
export {
  assertWeightSizes,
  restoreWeightTensors,
  type WeightErrors,
  type WeightShape,
  weightTensors,
} from './shaped-weights.ts';
export { formatCommand, shellQuote } from './shell-quote.ts';
export { stableJson } from './stable-json.ts';
export { Uint64List } from './uint64-list.ts';
export { inProcess, type ModuleWorkers, type ServiceCalls, transferred, type WorkerService } from './worker-service.ts';
