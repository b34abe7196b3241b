import { labelOf } from '@kaleido/pipeline';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { Recipe } from '@kaleido/recipe-schema';
import { drawLists } from '@kaleido/scoring';
import {
  countPictures,
  pictureNotes,
  requireNegatives,
  type SomeProducts,
  sharedCatalogue,
  subcategoryNotes,
} from '@kaleido/splits';
import type { Tokenizer } from '@kaleido/tokenizer';
import { recipeLabels } from './labels.ts';
import { listSeeds, weightListSeed } from './list-seeds.ts';
import type { PreparedRunSplits } from './run-splits.ts';

export interface InspectProductsOptions extends PreparedRunSplits {
  readonly recipe: Recipe;
  readonly tokenizer: Tokenizer;
  /** Of `splits.train`. */
  readonly catalogue: TaskCatalogue;
  /** Of `more`. */
  readonly moreCatalogue?: TaskCatalogue | undefined;
}

/**
 * Checks the products of a run before training, so that a failure comes at once and not after hours.
 * @returns notes for the user: missing labels, pictures under several products, shorter lists
 * @throws KaleidoError where a product has no negative, a field of `fineTuning.fields` has fewer than two classes, or no
 *   candidate list can be drawn
 */
export async function inspectProducts(options: InspectProductsOptions): Promise<string[]> {
  const { recipe, splits, more, tokenizer, catalogue, moreCatalogue } = options;
  const { train, heldOut, retrievalChoice, retrieval } = splits;
  const { data } = recipe;
  const advice = (use: 'products' | 'heldOut' | 'retrieval'): string => {
    if (data.kind === 'atelier') return `raise data.${use}`;
    const key = use === 'products' ? 'train' : 'validation';
    return `give more products in the split "${data[key]}" (data.${key})`;
  };
  requireNegatives(train, catalogue, advice('products'));
  if (more !== undefined && moreCatalogue !== undefined)
    requireNegatives(
      more,
      moreCatalogue,
      'give more products in data.more.folder, or leave data.more out of the recipe',
    );
  // Lists and the camouflage puzzle need negatives. The length of captions does not matter here.
  for (const split of new Set([heldOut, retrievalChoice, retrieval]))
    requireNegatives(
      split,
      sharedCatalogue(split.products, tokenizer, 2),
      advice(split === heldOut ? 'heldOut' : 'retrieval'),
    );

  const notes = [...new Set([...Object.values(splits), ...(more === undefined ? [] : [more])])].flatMap((split) => [
    ...subcategoryNotes(split),
    ...pictureNotes(split),
  ]);
  if (recipe.fineTuning !== undefined) {
    const { fields } = recipeLabels(train.products, recipe.fineTuning.fields);
    for (const { name, classes } of fields) {
      notes.push(...labelNotes(train, name, 'left out of its training'), ...labelNotes(heldOut, name));
      const strange = heldOut.products.filter((product) => {
        const label = labelOf(product, name);
        return label !== undefined && !classes.includes(label);
      });
      if (strange.length > 0)
        notes.push(
          `${heldOut.name}: ${countPictures(strange, heldOut)} a label of "${name}" that no picture to train on has: counted as wrong`,
        );
    }
  }
  for (const split of new Set([retrievalChoice, retrieval])) notes.push(...(await listNotes(split, options)));
  return notes;
}

/** Pictures without a label of a field. */
export function labelNotes(split: SomeProducts, field: string, consequence = 'left out of its figures'): string[] {
  const without = split.products.filter((product) => labelOf(product, field) === undefined);
  if (without.length === 0) return [];
  if (without.length === split.products.length)
    return [`no picture of ${split.name} has a label of "${field}": not measured`];
  return [`${split.name}: ${countPictures(without, split)} no label of "${field}": ${consequence}`];
}

/** Lists that are shorter than the recipe asks for. */
export function lengthNotes(name: string, candidates: number, wanted: number): string[] {
  if (candidates >= wanted) return [];
  return [`${name}: lists of ${candidates} candidates instead of ${wanted}: figures are higher for it`];
}

/** Draws all lists that will be measured. */
async function listNotes(split: SomeProducts, { recipe, splits }: InspectProductsOptions): Promise<string[]> {
  const { evaluation } = recipe;
  const files = [];
  if (split === splits.retrieval) files.push(...(await drawLists(split.products, listSeeds(recipe), evaluation)));
  if (split === splits.retrievalChoice)
    files.push(
      ...(await drawLists(split.products, [weightListSeed], { ...evaluation, queries: evaluation.weightQueries })),
    );
  const lengths = files.map(({ lists }) => lists[0]?.candidates.length ?? 0);
  return lengthNotes(split.name, Math.min(...lengths), evaluation.candidates);
}
