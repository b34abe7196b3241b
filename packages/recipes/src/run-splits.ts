import { unknownSplit } from '@kaleido/data/node';
import { isAddress, KaleidoError } from '@kaleido/foundation';
import { createExtractor } from '@kaleido/kaleido-patches/node';
import { type PositionScale, patchSlots } from '@kaleido/layout';
import type { RecipeExtractor } from '@kaleido/recipe-schema';
import { notedLines, type PreparedSplit, type SourceSplit, skippedLines, withoutProducts } from '@kaleido/splits';
import { prepareSplit } from '@kaleido/splits/node';
import { extractorDescription, foregroundDescription } from './extractor-description.ts';
import { morePath, openMore, openSplits, type RunSplits } from './open-source.ts';
import type { PrepareOptions, RunRecipeOptions } from './run-options.ts';

/** The products of a run, and further products if there are any. */
export interface RunSources extends RunSplits {
  readonly more?: SourceSplit & { readonly extractor: RecipeExtractor };
}

export interface PreparedRunSplits {
  /** `train` without the photographs that are also in a held-out split. */
  readonly splits: Readonly<Record<keyof RunSplits, PreparedSplit>>;
  /** The products of `data.more`, level 1 only, without held-out products; absent if there are none. */
  readonly more?: PreparedSplit | undefined;
}

/** @throws KaleidoError for an invalid folder, and for further products whose features do not match the others' */
export async function openRunSources(
  options: Pick<RunRecipeOptions, 'recipe' | 'data' | 'reading' | 'onMessage'>,
): Promise<RunSources> {
  const { recipe, data, onMessage } = options;
  const opening = onMessage === undefined ? {} : { onWarning: onMessage };
  const splits = await openSplits(recipe, data, { ...options.reading, ...opening });
  if (recipe.data.kind !== 'folder' || recipe.data.more === undefined || data === undefined) return splits;
  const { more } = recipe.data;
  const clean = options.reading?.clean;
  // A folder beside an address cannot be listed.
  const found = isAddress(data)
    ? undefined
    : await openMore(more, data, { ...opening, ...(clean === undefined ? {} : { clean }) });
  if (found === undefined) {
    const place = isAddress(data) ? `${more.folder} is read beside an address` : await morePath(more, data);
    onMessage?.(`no folder ${place}: goes on without the recipe's further products`);
    return splits;
  }
  const extractor = more.extractor ?? recipe.features.extractor;
  const [wanted, made] = [await formOf(recipe.features.extractor), await formOf(extractor)];
  if (made !== wanted)
    throw new KaleidoError({
      source: 'recipes',
      problem: `data.more.extractor of the recipe ${recipe.name} gives other features than features.extractor`,
      found: `${made}, not ${wanted}`,
      advice: 'let both have the same parts; they may look at pictures in different sizes',
    });
  return { ...splits, more: { ...found, extractor } };
}

/** Describes features; one model needs features of the same description. */
async function formOf(extractor: RecipeExtractor): Promise<string> {
  const created = await createExtractor(extractorDescription(extractor));
  const { name, featureWidth, precision = 'float16' } = created;
  created.dispose();
  return `${name}, ${featureWidth} wide (${precision})`;
}

/** Makes the features of all pictures that a run reads. */
export async function prepareRunSplits(
  { more: further, ...sources }: RunSources,
  positionScale: PositionScale,
  options: PrepareOptions,
): Promise<PreparedRunSplits> {
  const splits = await prepareSplits(sources, positionScale, options);
  // Only level 1, the only level that is read: a fiftieth of the memory.
  const slots = [patchSlots[0] as number];
  const more = further && (await prepareAndSay(further, further.extractor, positionScale, options, slots));
  return withoutHeldOutPictures(splits, more, options);
}

async function prepareSplits(
  sources: RunSplits,
  positionScale: PositionScale,
  options: PrepareOptions,
): Promise<PreparedRunSplits['splits']> {
  const { features } = options.recipe;
  // Before any features are made, which may take hours.
  for (const { source, split } of Object.values(sources))
    if (!source.splits.includes(split)) throw unknownSplit(source.name, split, source.splits);
  const made = new Map<string, PreparedSplit>();
  const prepared: Partial<Record<keyof RunSplits, PreparedSplit>> = {};
  for (const use of ['train', 'heldOut', 'retrievalChoice', 'retrieval'] as const) {
    const from = sources[use];
    const key = `${from.source.fingerprint}/${from.split}`;
    const split = made.get(key) ?? (await prepareAndSay(from, features.extractor, positionScale, options));
    made.set(key, split);
    prepared[use] = split;
  }
  return prepared as PreparedRunSplits['splits'];
}

/** Makes the features of a split, and says what was found in it. @param slots which vectors are read; default: all */
export async function prepareAndSay(
  from: SourceSplit,
  extractor: RecipeExtractor,
  positionScale: PositionScale,
  { recipe, cache, threads, featureMemory, signal, onPart, onProgress, onMessage }: PrepareOptions,
  slots?: readonly number[],
): Promise<PreparedSplit> {
  onPart?.(`pictures of ${from.source.name}, ${from.split}`);
  const split = await prepareSplit({
    from,
    cache,
    threads,
    extractor: extractorDescription(extractor),
    foreground: foregroundDescription(recipe.features),
    positionScale,
    ...(slots === undefined ? {} : { slots }),
    ...(featureMemory === undefined ? {} : { featureMemory }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  const { products, skipped, noted, warnings, cached } = split;
  const leftOut = skipped.length === 0 ? '' : `, ${skipped.length} left out`;
  onMessage?.(`${from.split}: ${products.length} pictures${cached ? ', features kept from before' : ''}${leftOut}`);
  for (const line of [...skippedLines(skipped), ...notedLines(noted), ...warnings]) onMessage?.(line);
  return split;
}

/** Removes from training all photographs that are also in a held-out split, under any id. */
function withoutHeldOutPictures(
  { train, ...heldOut }: PreparedRunSplits['splits'],
  more: PreparedSplit | undefined,
  { onMessage }: PrepareOptions,
): PreparedRunSplits {
  const held = Object.values(heldOut).flatMap(({ products }) => products);
  const hashes = new Set(held.map(({ imageHash }) => imageHash));
  const ids = new Set(held.map(({ productId }) => productId));
  const kept = withoutProducts(train, ({ imageHash }) => hashes.has(imageHash));
  const left = train.products.length - kept.products.length;
  if (left > 0) onMessage?.(`${left} pictures are held out under another id: not trained on`);
  if (kept.products.length === 0)
    throw new KaleidoError({
      source: 'recipes',
      problem: `${train.name}: nothing is left to train on, for all of its pictures are held out too`,
      found: `${left} pictures`,
      advice: 'let data.train and data.validation of the recipe name splits of different pictures',
    });
  if (more === undefined) return { splits: { ...heldOut, train: kept } };
  // The same article may have another photograph or size: only its number identifies it.
  const keptMore = withoutProducts(more, ({ imageHash, productId }) => hashes.has(imageHash) || ids.has(productId));
  const leftMore = more.products.length - keptMore.products.length;
  if (leftMore > 0) onMessage?.(`${leftMore} of the further products are held out: not trained on`);
  return { splits: { ...heldOut, train: kept }, more: keptMore.products.length === 0 ? undefined : keptMore };
}
