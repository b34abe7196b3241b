import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { KaleidoError } from '@kaleido/foundation';
import { createTarDecoder } from 'modern-tar';
import { catalogueRowToProduct } from './catalogue-row.ts';
import type { Product, ProductSource, ReadProductsOptions, SkippedProduct } from './product.ts';
import { dataFolderNames, filesFingerprint, shardsOfSplit } from './shard-files.ts';

export interface WebDatasetFolderOptions {
  /** How reports name the source. Default: the folder's own name. */
  readonly name?: string;
  /** Told what is odd but not wrong, e.g. a shard without samples. Default: nobody. */
  readonly onWarning?: (message: string) => void;
}

/** `train-000003.tar`, as WebDataset's writers number shards. */
const shardName = /^(?<split>.+)-(?<index>\d{4,})\.tar$/;

const imageExtensions: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif']);

/** The files of one key; `<key>.jpg` and `<key>.json` or `<key>.txt` stand side by side in a shard. */
interface Sample {
  readonly key: string;
  readonly image?: Uint8Array;
  readonly json?: Uint8Array;
  readonly txt?: Uint8Array;
}

/**
 * Opens a folder of WebDataset shards, `<split>-000000.tar` and on: samples of `<key>.jpg` (or another image format) with
 * `<key>.json` or `<key>.txt`. The JSON's fields are those of the KAGL layout (see `openParquetFolder`), `caption`
 * stands for a missing `text`; a text file is the caption. The id is `item_ID`, or the key where there is none.
 *
 * Nothing is written to disk: a path in a shard is a name. Samples with a path that leads outside, a link, a file that
 * is missing, empty or unreadable, or an id that came before go to `onSkipped`. The shards are streamed.
 *
 * @throws KaleidoError for a missing folder, a folder without shards or with a gap in their numbers; while reading, for a
 *   shard that is cut or damaged, after the samples that are whole
 */
export async function openWebDatasetFolder(
  folder: string,
  options: WebDatasetFolderOptions = {},
): Promise<ProductSource> {
  const shards = await findShards(folder);
  return {
    name: options.name ?? basename(folder),
    fingerprint: await filesFingerprint([...shards.values()].flat()),
    splits: [...shards.keys()],
    products(split: string, { onSkipped }: ReadProductsOptions = {}): AsyncIterable<Product> {
      return readShards(shardsOfSplit(folder, shards, split), onSkipped, options.onWarning);
    },
  };
}

async function* readShards(
  paths: readonly string[],
  onSkipped: ReadProductsOptions['onSkipped'],
  onWarning: WebDatasetFolderOptions['onWarning'],
): AsyncGenerator<Product> {
  const seen = new Set<string>();
  for (const path of paths) {
    const keys = new Set<string>();
    for await (const sample of readSamples(path, onSkipped)) {
      const place = `sample ${sample.key} of ${basename(path)}`;
      const result = sampleToProduct(sample, place);
      if (keys.has(sample.key)) onSkipped?.({ id: sample.key, reason: `${place} repeats this key` });
      else if ('reason' in result) onSkipped?.(result);
      else if (seen.has(result.id)) onSkipped?.({ id: result.id, reason: `${place} repeats this id` });
      else {
        seen.add(result.id);
        yield result;
      }
      keys.add(sample.key);
    }
    if (keys.size === 0) onWarning?.(`@kaleido/data: ${path} has no samples`);
  }
}

/** Files with the same key follow each other; one that comes again, at once or later, begins another sample. */
async function* readSamples(path: string, onSkipped: ReadProductsOptions['onSkipped']): AsyncGenerator<Sample> {
  // Node's and the platform's stream types differ only in name.
  const file = Readable.toWeb(createReadStream(path, { highWaterMark: 1 << 18 })) as ReadableStream<Uint8Array>;
  // Strict: a damaged header would otherwise be taken for the end of the shard.
  const entries = file.pipeThrough(createTarDecoder({ strict: true }));
  let sample: Sample | undefined;
  try {
    for await (const { header, body } of entries) {
      const name = header.name.replace(/^(?:\.\/)+/, '');
      const isUnsafe = name.startsWith('/') || name.split('/').includes('..');
      const { key, extension } = splitName(name);
      const slot = imageExtensions.has(extension) ? 'image' : extension;
      if (isUnsafe || header.type !== 'file' || (slot !== 'image' && slot !== 'json' && slot !== 'txt')) {
        await body.cancel();
        if (isUnsafe && slot === 'image')
          onSkipped?.({ id: key, reason: `the path ${name} in ${basename(path)} leads outside` });
        continue;
      }
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      if (sample?.key === key && sample[slot] === undefined) sample = { ...sample, [slot]: bytes };
      else {
        if (sample !== undefined) yield sample;
        sample = { key, [slot]: bytes };
      }
    }
  } catch (cause) {
    // What came whole before the damage still counts.
    if (sample?.image !== undefined && (sample.json ?? sample.txt) !== undefined) yield sample;
    throw new KaleidoError({
      source: 'data',
      problem: `the shard ${path} is cut or damaged`,
      found: cause instanceof Error ? cause.message : String(cause),
      advice: 'copy or download it again',
      cause,
    });
  }
  if (sample !== undefined) yield sample;
}

/** WebDataset's rule: the key ends at the first dot of the base name, not of the path. */
function splitName(name: string): { readonly key: string; readonly extension: string } {
  const base = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', base);
  return dot < 0
    ? { key: name, extension: '' }
    : { key: name.slice(0, dot), extension: name.slice(dot + 1).toLowerCase() };
}

function sampleToProduct({ key, image, json, txt }: Sample, place: string): Product | SkippedProduct {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let fields: Record<string, unknown> = {};
  try {
    if (json !== undefined) {
      const parsed: unknown = JSON.parse(decoder.decode(json));
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new TypeError('not an object');
      fields = parsed as Record<string, unknown>;
    }
    const text = fields.text ?? fields.caption ?? (txt === undefined ? undefined : decoder.decode(txt));
    return catalogueRowToProduct({ ...fields, image: { bytes: image }, text, item_ID: idOf(fields, key) }, place);
  } catch (error) {
    return { id: key, reason: `${place} has no readable text: ${error instanceof Error ? error.message : error}` };
  }
}

/** JSON numbers beyond 2^53 have lost digits by the time they are read: two products could share the rounded one. */
function idOf({ item_ID: id }: Readonly<Record<string, unknown>>, key: string): unknown {
  return id === undefined || id === null || (typeof id === 'number' && !Number.isSafeInteger(id)) ? key : id;
}

async function findShards(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = await dataFolderNames(folder, '<split>-000000.tar');
  const found = new Map<string, { readonly index: number; readonly path: string }[]>();
  for (const name of names) {
    const { split, index } = shardName.exec(name)?.groups ?? {};
    if (split === undefined) continue;
    const shards = found.get(split) ?? [];
    shards.push({ index: Number(index), path: join(folder, name) });
    found.set(split, shards);
  }
  if (found.size === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `${folder} holds no WebDataset shard`,
      found: names.slice(0, 8),
      advice: 'name the files <split>-000000.tar and on',
    });
  for (const [split, shards] of found) {
    shards.sort((a, b) => a.index - b.index);
    if (shards.some(({ index }, place) => index !== place))
      throw new KaleidoError({
        source: 'data',
        problem: `the shards of split "${split}" in ${folder} are not complete`,
        found: shards.map(({ index }) => index),
        advice: 'put all of them into the folder, numbered from 0',
      });
  }
  return new Map([...found].map(([split, shards]) => [split, shards.map(({ path }) => path)]));
}
