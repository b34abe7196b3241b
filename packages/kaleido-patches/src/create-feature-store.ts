import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeSafetensors, float32Tensor, KaleidoError } from '@kaleido/foundation';
import type { FeatureSink } from './feature-sink.ts';
import { featureSlotCount } from './feature-slots.ts';
import { StatisticsGatherer } from './feature-statistics.ts';
import {
  indexFile,
  type ShardEntry,
  type StoreDescription,
  shardFileName,
  statisticsFile,
  storeFile,
  storeVersion,
} from './feature-store-files.ts';
import type { FeatureStoreHeader, SkippedImage, StoredImage } from './feature-store-header.ts';
import { encodeShardHeader, shardHeaderBytes } from './shard-header.ts';
import { precisions, type StoredValues } from './stored-precision.ts';

export interface CreateFeatureStoreOptions {
  /** Most bytes of a shard. Default 256 MiB: a few files for a large catalogue, each easily copied and read at once. */
  readonly shardBytes?: number;
}

/** Half-precision infinity and not-a-number have all five exponent bits set. */
const exponentBits = 0x7c00;

interface OpenShard {
  readonly name: string;
  readonly file: FileHandle;
  readonly hash: Hash;
  rows: number;
}

/**
 * Begins a feature store: a folder with safetensors shards (tensor `features` [rows, 74, F]), `index.jsonl` (a line
 * an image: id, productId, shard, row, box, width, height), `statistics.safetensors` (mean and deviation, [F]), and
 * `store.json` (the header, the shards' hashes, the images left out).
 *
 * Everything goes to `<folder>.part`, which `finish` renames, so that a store is there whole or not at all; one that
 * was there before is replaced. One writer a folder at a time.
 * @throws KaleidoError when a file cannot be written (a full disk, say), a feature is infinite or no number, an id comes
 *   twice, or nothing was appended
 */
export async function createFeatureStore(
  folder: string,
  header: FeatureStoreHeader,
  { shardBytes = 256 * 1024 * 1024 }: CreateFeatureStoreOptions = {},
): Promise<FeatureSink> {
  const part = `${folder}.part`;
  const { featureWidth, precision = 'float16' } = header.extractor;
  const { dtype, bytes: valueBytes } = precisions[precision];
  const rowLength = featureSlotCount * featureWidth;
  const rowsPerShard = Math.max(1, Math.floor((shardBytes - shardHeaderBytes) / (valueBytes * rowLength)));
  const metadata = { format: 'kaleido-features', header: JSON.stringify(header) };
  // Refuses settings that do not fit before anything is computed.
  encodeShardHeader(dtype, rowsPerShard, featureWidth, metadata);

  const statistics = new StatisticsGatherer(featureWidth, precision);
  const shards: ShardEntry[] = [];
  const lines: string[] = [];
  const ids = new Set<string>();
  const skipped: SkippedImage[] = [];
  let current: OpenShard | undefined;

  const guarded = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (cause) {
      if (KaleidoError.isInstance(cause)) throw cause;
      throw new KaleidoError({
        source: 'kaleido-patches',
        problem: `could not write the feature store ${folder}`,
        found: (cause as NodeJS.ErrnoException).code ?? String(cause),
        advice: 'check the free space and the permissions of its folder',
        cause,
      });
    }
  };

  const openShard = async (): Promise<OpenShard> => {
    const name = shardFileName(shards.length);
    const file = await open(join(part, name), 'w');
    return { name, file, hash: createHash('sha256'), rows: 0 };
  };

  const closeShard = async ({ name, file, hash, rows }: OpenShard): Promise<void> => {
    await file.write(encodeShardHeader(dtype, rows, featureWidth, metadata), 0, shardHeaderBytes, 0);
    await file.sync();
    await file.close();
    shards.push({ file: name, rows, sha256: hash.digest('hex') });
  };

  await guarded(async () => {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
  });

  return {
    append: (images: readonly StoredImage[], values: StoredValues) =>
      guarded(async () => {
        if (values.BYTES_PER_ELEMENT !== valueBytes)
          throw new KaleidoError({
            source: 'kaleido-patches',
            problem: `the feature store ${folder} keeps ${precision}, ${valueBytes} bytes a number`,
            found: values.BYTES_PER_ELEMENT,
            advice: "name the extractor's precision in the header",
          });
        if (values.length !== images.length * rowLength)
          throw new KaleidoError({
            source: 'kaleido-patches',
            problem: `${images.length} images need ${images.length * rowLength} features`,
            found: values.length,
          });
        for (const [index, image] of images.entries()) {
          const { id } = image;
          if (ids.has(id))
            throw new KaleidoError({
              source: 'kaleido-patches',
              problem: 'two images of one store have the same id',
              found: id,
              advice: 'give each image an id of its own',
            });
          const row = values.subarray(index * rowLength, (index + 1) * rowLength);
          if (precision === 'float16' && row.some((value: number) => (value & exponentBits) === exponentBits))
            throw new KaleidoError({
              source: 'kaleido-patches',
              problem: `a feature of image ${id} is no number or beyond 65,504, the largest of half precision`,
              advice: 'check the extractor and its weights',
            });
          ids.add(id);
          current ??= await openShard();
          const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
          await current.file.write(bytes, 0, bytes.length, shardHeaderBytes + current.rows * bytes.length);
          current.hash.update(bytes);
          const { productId, box, width, height } = image;
          const { x0, y0, x1, y1 } = box;
          lines.push(
            JSON.stringify({
              id,
              productId,
              shard: current.name,
              row: current.rows,
              box: [x0, y0, x1, y1],
              width,
              height,
            }),
          );
          current.rows += 1;
          if (current.rows === rowsPerShard) {
            await closeShard(current);
            current = undefined;
          }
        }
        statistics.add(values);
      }),
    skip: (image: SkippedImage) => {
      skipped.push(image);
    },
    finish: () =>
      guarded(async () => {
        if (lines.length === 0)
          throw new KaleidoError({
            source: 'kaleido-patches',
            problem: `no image could be prepared for ${folder}`,
            found: skipped.length === 0 ? 'no images' : `${skipped.length} skipped, the first: ${skipped[0]!.reason}`,
            advice: 'check the data set',
          });
        if (current !== undefined) await closeShard(current);
        current = undefined;
        const { mean, deviation } = statistics.result();
        const tensors = [
          ['mean', float32Tensor(mean, [featureWidth])],
          ['deviation', float32Tensor(deviation, [featureWidth])],
        ] as const;
        await writeFile(join(part, statisticsFile), encodeSafetensors(tensors));
        await writeFile(join(part, indexFile), `${lines.join('\n')}\n`);
        const description: StoreDescription = {
          format: 'kaleido-features',
          version: storeVersion,
          ...header,
          rows: lines.length,
          shards,
          skipped,
        };
        await writeFile(join(part, storeFile), `${JSON.stringify(description, null, 2)}\n`);
        await mkdir(dirname(folder), { recursive: true });
        await rm(folder, { recursive: true, force: true });
        await rename(part, folder);
      }),
    discard: async () => {
      await current?.file.close();
      current = undefined;
      await rm(part, { recursive: true, force: true });
    },
  };
}
