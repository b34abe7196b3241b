import type { AlignmentTable } from '@kaleido/alignment';
import { columnsOfPart } from '@kaleido/kaleido-patches/node';
import type { RecipeAlignment } from '@kaleido/recipe-schema';
import { columnsOf, inOrderOf, type PreparedSplit, type SourceSplit } from '@kaleido/splits';
import { type AlignSplitOptions, alignSplit, prepareSplit } from '@kaleido/splits/node';
import { extractorDescription, foregroundDescription } from '../extractor-description.ts';
import type { AlignStepOptions, PrepareOptions } from '../run-options.ts';

export interface AlignedTraining {
  /** Pairs of the training products, row by row. */
  readonly table: AlignmentTable;
  /** The fitted aligner as a file. */
  readonly aligner: Uint8Array;
}

interface Unaligned extends Pick<AlignSplitOptions, 'split' | 'tokenizer' | 'textLength'> {
  readonly from: SourceSplit;
}

/**
 * Fits the recipe's aligner to the training products and aligns them. Reads their captions and features, and makes the
 * aligner's own; writes both into the cache, where a later run finds them.
 */
export async function alignStep(
  options: AlignStepOptions,
  alignment: RecipeAlignment,
  { from, split, tokenizer, textLength }: Unaligned,
): Promise<AlignedTraining> {
  const { cache, backend, precision, threads, saveEverySeconds, signal, onPart, onProgress, onMessage } = options;
  const features = await alignerSplit(options, alignment, from, split);
  onPart?.(`aligning ${from.source.name}, ${from.split}`);
  const { aligner, table, cached } = await alignSplit({
    settings: alignment.aligner,
    split: features,
    tokenizer,
    textLength,
    cache,
    training: {
      backend,
      threads,
      ...(precision === undefined ? {} : { precision }),
      ...(saveEverySeconds === undefined ? {} : { saveEverySeconds }),
    },
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  onMessage?.(
    `${table.pairs} pairs of word and patch in ${table.rows} captions${cached ? ', kept from before' : ''}; ${table.unaligned} captions have none, and are masked at random`,
  );
  return { aligner, table };
}

/**
 * The products of a split, in its order, with the features that the aligner reads: a part of the model's, where its
 * extractor is one of those that the model's joins.
 */
export async function alignerSplit(
  { recipe, cache, threads, featureMemory, signal, onPart, onProgress }: PrepareOptions,
  { extractor }: RecipeAlignment,
  from: SourceSplit,
  split: PreparedSplit,
): Promise<PreparedSplit> {
  if (extractor === undefined) return split;
  const description = extractorDescription(extractor);
  const part = await columnsOfPart(extractorDescription(recipe.features.extractor), description);
  if (part !== undefined) return columnsOf(split, part.start, part.width);
  onPart?.(`pictures for the aligner: ${from.source.name}, ${from.split}`);
  const own = await prepareSplit({
    from,
    cache,
    threads,
    extractor: description,
    foreground: foregroundDescription(recipe.features),
    positionScale: split.positionScale,
    ...(featureMemory === undefined ? {} : { featureMemory }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  return inOrderOf(split, own);
}
