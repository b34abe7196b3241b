import { KaleidoError, sha256, stableJson } from '@kaleido/foundation';
import { type KaleidoBert, readWeights } from '@kaleido/model';
import type { SearchModel } from './search-model.ts';

/** What a vector depends on: two models with the same identity give comparable vectors. */
export interface ModelIdentity {
  /** For readers only, e.g. the folder of the model. */
  readonly name: string;
  /** SHA-256 over all weights. */
  readonly weights: string;
  /** SHA-256 of the vocabulary and of how text is normalised. */
  readonly vocabulary: string;
  /** SHA-256 of how photographs become features. */
  readonly preprocessor: string;
}

const parts = ['weights', 'vocabulary', 'preprocessor'] as const;

/** @param name what readers call the model */
export async function modelIdentity(
  { model, tokenizer, preprocessor }: SearchModel,
  name: string,
): Promise<ModelIdentity> {
  return {
    name,
    weights: await hashOfWeights(model),
    vocabulary: await sha256(tokenizer.toVocabularyText() + stableJson(tokenizer.normalization)),
    preprocessor: await sha256(stableJson(preprocessor)),
  };
}

/** What differs between two models, by name. */
export function differences(one: ModelIdentity, other: ModelIdentity): (typeof parts)[number][] {
  return parts.filter((part) => one[part] !== other[part]);
}

/** @throws KaleidoError if the index at `place` was made by another model */
export function assertSameModel(place: string, made: ModelIdentity, given: ModelIdentity): void {
  const different = differences(made, given);
  if (different.length === 0) return;
  const show = (model: ModelIdentity): string =>
    `${model.name} (${different.map((part) => `${part} ${model[part].slice(0, 8)}`).join(', ')})`;
  throw new KaleidoError({
    source: 'search',
    problem: `the index ${place} was made by another model: ${show(made)}`,
    found: show(given),
    advice: 'open it with that model, or build an index with this one: vectors of two models cannot be compared',
  });
}

/** The hash of each weight first, so that not all of them need be in one piece. */
async function hashOfWeights(model: KaleidoBert): Promise<string> {
  const hashes: string[] = [];
  for (const [name, values] of [...(await readWeights(model))].sort(([a], [b]) => (a < b ? -1 : 1)))
    hashes.push(`${name} ${await sha256(values)}`);
  return sha256(hashes.join('\n'));
}
