import { basename } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { type DataFile, localFile } from './data-file.ts';
import type { Product, ProductSource, ReadProductsOptions, SkippedProduct } from './product.ts';
import { SeenIds } from './seen-ids.ts';
import { filesFingerprint, shardsOfSplit } from './shard-files.ts';
import { indexShard, type Member } from './webdataset-index.ts';
import { readMembers } from './webdataset-members.ts';
import { chooseFiles, type SampleFiles, type SampleNote, sampleToProduct } from './webdataset-product.ts';
import { groupMembers, type Sample } from './webdataset-samples.ts';
import { findWebDatasetShards } from './webdataset-shards.ts';

export interface WebDatasetFolderOptions {
  /** Name of the source in reports. Default: the folder's name. */
  readonly name?: string;
  /** Receives warnings, e.g. of a shard without samples. Default: none. */
  readonly onWarning?: (message: string) => void;
}

/** Part of the fingerprint: raised if the same shards give other products. */
const readerVersion = 3;

/**
 * Opens a folder of WebDataset shards: samples of `<key>.jpg` (or another image format) with `<key>.json` or `<key>.txt`.
 *
 * **Shards** are `<split>-000000.tar` and following; also `<split>_0.tar`, `<split>-00000-of-00008.tar`, `00000.tar`
 * (of the split `train`) and `<split>.tar`, each with `.tar.gz` or `.tgz` too. Numbers begin at 0 and have no gap.
 *
 * **Samples.** The files of a key may be in any order. A key ends at the first dot of the base name, as in WebDataset,
 * so `7.input.jpg` and `7.outputs.txt` are one sample. If that would merge several products (`dress v2.0.jpg` and
 * `dress v2.1.jpg` with a text each), it ends at the last dot. A file is a picture by its extension, or by its first
 * bytes if the extension is unknown. Of several pictures one is read: the one with the fewest dots in its name, then by
 * format (JPEG, WebP, AVIF, HEIF, TIFF, PNG, GIF, others), then the first.
 *
 * **Products.** The JSON's fields are those of the KAGL layout (see `openParquetFolder`). The caption is `text`, else
 * `caption`, else the text file (`.txt`, `.text`, `.caption`). NaN and Infinity in JSON count as missing. The id is
 * `item_ID`, else the key. A key that also occurs in an earlier shard of the split is prefixed with the name of the
 * shard: `train-000001/000007`.
 *
 * Every sample becomes a product or goes to `onSkipped` with the reason: a missing, empty or unreadable file, a symbolic
 * link, a path that leads outside, a repeated id. Hard links within a shard are followed. Files that macOS adds (`._*`,
 * `.DS_Store`, `__MACOSX`) are ignored.
 *
 * Nothing is written to disk. Each shard is streamed twice: first its names, then its files. Memory holds the names of
 * one shard and the incomplete samples, 256 MB at most.
 *
 * @throws KaleidoError for a missing folder, a folder without shards or with a gap in their numbers; while reading, for a
 *   shard that is truncated or damaged, after its complete samples
 */
export async function openWebDatasetFolder(
  folder: string,
  options: WebDatasetFolderOptions = {},
): Promise<ProductSource> {
  const shards = await findWebDatasetShards(folder);
  const files = new Map([...shards].map(([split, paths]) => [split, paths.map(localFile)]));
  return openWebDatasetShards(folder, files, options);
}

/** As `openWebDatasetFolder`, of shards with any names. @param shards by split */
export async function openWebDatasetShards(
  folder: string,
  shards: ReadonlyMap<string, readonly DataFile[]>,
  options: WebDatasetFolderOptions = {},
): Promise<ProductSource> {
  return {
    name: options.name ?? basename(folder),
    fingerprint: `${await filesFingerprint([...shards.values()].flat())}-w${readerVersion}`,
    splits: [...shards.keys()],
    products(
      split: string,
      { onSkipped, onWarning = options.onWarning }: ReadProductsOptions = {},
    ): AsyncIterable<Product> {
      return readSplit(folder, split, shardsOfSplit(folder, shards, split), { onSkipped, onWarning });
    },
  };
}

interface Listeners {
  readonly onSkipped: ReadProductsOptions['onSkipped'] | undefined;
  readonly onWarning: ReadProductsOptions['onWarning'] | undefined;
}

async function* readSplit(
  folder: string,
  split: string,
  files: readonly DataFile[],
  { onSkipped, onWarning }: Listeners,
): AsyncGenerator<Product> {
  const seen = new SeenIds();
  const notes = new Map<string, { count: number; readonly example: string }>();
  const note = ({ about, example }: SampleNote): void => {
    const found = notes.get(about) ?? { count: 0, example };
    found.count++;
    notes.set(about, found);
  };
  for (const file of files)
    for await (const read of readShard(file, onWarning)) {
      if ('reason' in read) {
        onSkipped?.(read);
        continue;
      }
      for (const one of read.notes) note(one);
      let { product } = read;
      if (read.hasKeyAsId && seen.has(product.id)) {
        const id = `${shardLabel(file)}/${product.id}`;
        note({ about: "a key that an earlier sample's id is too: the id begins with the shard's name", example: id });
        product = { ...product, id, productId: id };
      }
      if (seen.has(product.id)) {
        const kind = 'repeats this id';
        onSkipped?.({ id: product.id, reason: `${read.place} ${kind}`, kind });
        continue;
      }
      seen.add(product.id);
      yield product;
    }
  for (const [about, { count, example }] of notes)
    onWarning?.(
      `@kaleido/data: split "${split}" of ${folder}: ${about} (${count === 1 ? '1 sample' : `${count} samples`}, e.g. ${example})`,
    );
}

interface ReadSample {
  readonly product: Product;
  readonly place: string;
  readonly hasKeyAsId: boolean;
  readonly notes: readonly SampleNote[];
}

/** Every sample of a shard. @throws KaleidoError for a truncated or damaged shard, after its complete samples */
async function* readShard(
  file: DataFile,
  onWarning: ReadProductsOptions['onWarning'] | undefined,
): AsyncGenerator<ReadSample | SkippedProduct> {
  const { path, name } = file;
  const { members, damage } = await indexShard(file);
  // The network, not the shard, is at fault.
  if (KaleidoError.isInstance(damage)) throw damage;
  const { samples, ignored } = groupMembers(members);
  if (ignored.length > 0) {
    const counted = ignored.length === 1 ? '1 file belongs' : `${ignored.length} files belong`;
    const why = `as ${ignored.length === 1 ? 'its name is hidden or has' : 'their names are hidden or have'} no extension`;
    onWarning?.(`@kaleido/data: ${path}: ${counted} to no sample, ${why}, e.g. ${ignored[0]?.name}`);
  }
  if (samples.length === 0 && damage === undefined) onWarning?.(`@kaleido/data: ${path} has no samples`);
  const wanted: { readonly sample: Sample; readonly files: SampleFiles }[] = [];
  const placeOf = ({ key }: Sample): string => `sample ${key} of ${name}`;
  for (const sample of samples) {
    if (!sample.repeats) wanted.push({ sample, files: chooseFiles(sample) });
    else yield { id: sample.key, reason: `${placeOf(sample)} repeats this key`, kind: 'repeats this key' };
  }
  const entriesOf = ({ files }: (typeof wanted)[number]): number[] =>
    Object.values(files as Record<string, Member>).map(({ entry }) => entry);
  try {
    for await (const { item, bytes } of readMembers(file, wanted, entriesOf)) {
      const { sample, files } = item;
      const place = placeOf(sample);
      const { result, ...rest } = sampleToProduct(sample, files, ({ entry }) => bytes.get(entry) as Uint8Array, place);
      yield 'reason' in result ? result : { product: result, place, ...rest };
    }
  } catch (error) {
    if (KaleidoError.isInstance(error)) throw error;
    throw damaged(path, damage ?? error);
  }
  if (damage !== undefined) throw damaged(path, damage);
}

function damaged(path: string, cause: unknown): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `the shard ${path} is cut or damaged`,
    found: cause instanceof Error ? cause.message : String(cause),
    advice: 'copy or download it again',
    cause,
  });
}

/** `train-000001` of `/shards/train-000001.tar.gz`. */
function shardLabel({ name }: DataFile): string {
  return name.replace(/\.(?:tar|tar\.gz|tgz)$/i, '');
}
