import type { SkippedProduct } from '@kaleido/data';
import type { DataReading } from '@kaleido/data/node';
import type { Recipe, RecipeExtractor } from '@kaleido/recipe-schema';
import type { RunListeners } from '@kaleido/runs';
import type { SourceSplit } from '@kaleido/splits';
import { makeFeatures } from '@kaleido/splits/node';
import { extractorDescription, foregroundDescription } from './extractor-description.ts';
import { refuseUselessData } from './open-source.ts';
import { openRunSources } from './run-splits.ts';

export interface PrepareRecipeOptions extends RunListeners {
  readonly recipe: Recipe;
  readonly data?: string;
  /** How `data` is read. Default: as `openData` guesses. */
  readonly reading?: DataReading;
  /** Folder that keeps features. */
  readonly cache: string;
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** Result of preparing the pictures of one split. */
export interface PreparedPictures {
  readonly name: string;
  readonly images: number;
  readonly skipped: readonly SkippedProduct[];
  /** Oddities of the split that leave nothing out. */
  readonly warnings: readonly string[];
  /** Images used as a whole because their object was not found. */
  readonly fallbacks: number;
  /** Images that could be decoded despite a fault in their files. */
  readonly noted: readonly { readonly id: string; readonly note: string }[];
  readonly cached: boolean;
}

/** Makes all features that a run of the recipe reads, and nothing else; resumes if it was stopped or killed. */
export async function prepareRecipe(options: PrepareRecipeOptions): Promise<readonly PreparedPictures[]> {
  const { recipe, cache, threads, signal, onPart, onProgress } = options;
  refuseUselessData(recipe, options.data, options.reading);
  const { more, ...sources } = await openRunSources(options);
  const { extractor } = recipe.features;
  const wanted = new Map<string, SourceSplit & { readonly extractor: RecipeExtractor }>();
  for (const from of [...Object.values(sources), ...(more === undefined ? [] : [more])])
    wanted.set(`${from.source.fingerprint}/${from.split}`, { extractor, ...from });
  const own = recipe.alignment?.extractor;
  if (own !== undefined) wanted.set('aligner', { ...sources.train, extractor: own });
  const prepared: PreparedPictures[] = [];
  for (const from of wanted.values()) {
    const name = `${from.source.name}, ${from.split}`;
    onPart?.(`pictures of ${name}`);
    const { store, skipped, noted, warnings, cached } = await makeFeatures({
      from,
      extractor: extractorDescription(from.extractor),
      foreground: foregroundDescription(recipe.features),
      cache,
      threads,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    });
    const fallbacks = store.images.filter(({ fallback }) => fallback !== undefined).length;
    prepared.push({ name, images: store.images.length, skipped, warnings, fallbacks, noted, cached });
  }
  return prepared;
}
