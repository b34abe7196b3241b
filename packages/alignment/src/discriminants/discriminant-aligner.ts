import type { Alignment } from '@kaleido/layout';
import { alignedLevels, firstPlace, placeCount } from '../aligned-levels.ts';
import type { AlignableProducts, Aligner, AlignOptions } from '../aligner.ts';
import { assertFeatureWidth } from '../assert-feature-width.ts';
import { bestPatches } from '../best-patches.ts';
import { type ContentWord, rowPhrases } from '../caption-phrases.ts';
import type { Discriminants } from './discriminants.ts';
import { placeComponents } from './place-components.ts';

export interface DiscriminantAlignerOptions {
  /** The pieces of the captions by id. */
  readonly vocabulary: readonly string[];
  /**
   * A patch is paired if it has this share of the best patch's score in its level, 0..1. Default 0.8: a part reaches over two
   * or three small patches, and those beside it show it in part.
   */
  readonly keep?: number;
  /** Most patches of a level for one word. Default 3, as many as guided masking hides of the smallest ones (paper 3.4). */
  readonly mostPatches?: number;
  /**
   * Least evidence of a phrase in its best place, summed and weighted by group. Default 5: on the products of
   * `groupWeight`, 1 % of the mentions of parts fall below it. 0 and 15 place 0.3 more and 1.6 fewer parts in a hundred.
   */
  readonly leastEvidence?: number;
  /**
   * Whether a patch counts by the mean of its features in this photograph, as a share of the largest mean in its level.
   * For features that are 0 where there is nothing to see, such as `edges`: the background around an object then shows
   * no word. Default false, for the mean of other features says nothing, e.g. of pixels how bright they are. On 600
   * atelier products, 46.8 instead of 42.2 % of the parts are placed.
   */
  readonly byStrength?: boolean;
}

/**
 * What a group's own products say counts so much more than what all say, for a part's place depends on the type. On 1,000
 * atelier products that were not fitted, 2, 4 and 8 place 38.4, 40.2 and 41.3 % of the parts.
 */
const groupWeight = 8;

/**
 * How much the looks of this photograph count beside what is known of the word. On the same products, with a
 * `groupWeight` of 4: 0, 0.03 and 0.1 place 38.3, 40.2 and 38.0 %.
 */
const contrastWeight = 0.03;

/**
 * How much evidence in the patches above, below and beside counts: a part reaches over its patch. On 800 atelier products
 * that were not fitted, 0, 0.1, 0.2 and 0.3 place 46.3, 46.7, 47.4 and 47.1 % of the parts in level 5, and 45.7, 46.3,
 * 47.1 and 47.5 % in level 4.
 */
const neighbourWeight = 0.2;

/** By aligned level and patch, the patches above, below and beside it, counted within the level. */
const neighbours: readonly (readonly (readonly number[])[])[] = alignedLevels.map(({ patches }) => {
  const side = Math.sqrt(patches);
  return Array.from({ length: patches }, (_, index) => [
    ...(index >= side ? [index - side] : []),
    ...(index + side < patches ? [index + side] : []),
    ...(index % side > 0 ? [index - 1] : []),
    ...(index % side < side - 1 ? [index + 1] : []),
  ]);
});

/** Evidence at which a pair has a weight of one half. It sets the scale of weights, not their order. */
const halfEvidence = 30;

/** Blocks of rows that are read at once. */
const blockRows = 128;

/** Aligns by `fitDiscriminants`: a phrase goes to the places where its words show, and where this photograph fits them. */
export function discriminantAligner(known: Discriminants, options: DiscriminantAlignerOptions): Aligner {
  const { vocabulary, keep = 0.8, mostPatches = 3, leastEvidence = 5, byStrength = false } = options;
  const wordNumber = new Map(known.words.map((word, number) => [word, number]));
  const groupNumber = new Map(known.groups.map((group, number) => [group, number]));
  const groupWord = new Map<string, number>();
  for (let pair = 0; 2 * pair < known.groupWords.length; pair++)
    groupWord.set(`${known.groupWords[2 * pair]} ${known.groupWords[2 * pair + 1]}`, pair);
  const K = known.components;

  /**
   * Pairs of the words of one phrase.
   * @param strengths of the places, [50]; undefined if all count the same
   */
  function alignPhrase(
    phrase: readonly ContentWord[],
    group: number | undefined,
    components: Float64Array,
    strengths: Float64Array | undefined,
  ): Alignment[] {
    const words = phrase.flatMap(({ text }) => wordNumber.get(text) ?? []);
    if (words.length === 0) return [];
    const evidence = new Float64Array(placeCount);
    const fit = new Float64Array(placeCount);
    for (const word of words) {
      const pair = group === undefined ? undefined : groupWord.get(`${group} ${word}`);
      for (let place = 0; place < placeCount; place++) {
        evidence[place]! += known.evidence[word * placeCount + place]!;
        if (pair !== undefined) evidence[place]! += groupWeight * known.groupEvidence[pair * placeCount + place]!;
        const from = (word * placeCount + place) * K;
        for (let k = 0; k < K; k++) fit[place]! += known.contrasts[from + k]! * components[place * K + k]!;
      }
    }
    const pairs: Alignment[] = [];
    let first = 0;
    for (const [level, { patches }] of alignedLevels.entries()) {
      const own = Array.from({ length: patches }, (_, index) => first + index);
      first += patches;
      const strengthOf = (place: number): number => Math.max(0, strengths?.[place] ?? 1);
      const most = Math.max(...own.map(strengthOf));
      const counts = (place: number): number => (most === 0 ? 1 : strengthOf(place) / most);
      // Counted as the scores are: evidence at the empty background is none.
      const strongest = Math.max(...own.map((place) => counts(place) * evidence[place]!));
      if (strongest < leastEvidence) continue;
      const mean = own.reduce((sum, place) => sum + evidence[place]!, 0) / patches;
      const scores = Float64Array.from(own, (place, index) => {
        const around = neighbours[level]![index]!.reduce((sum, at) => sum + evidence[own[at]!]!, 0);
        const reached = (evidence[place]! + neighbourWeight * around) / (mean + 1);
        return counts(place) * (reached + contrastWeight * fit[place]!);
      });
      for (const { index, share } of bestPatches(scores, { keep, mostPatches })) {
        const patch = firstPlace + (own[index] as number);
        const weight = (share * strongest) / (strongest + halfEvidence);
        for (const { start, end } of phrase)
          for (let token = start; token < end; token++) pairs.push({ token, patch, weight });
      }
    }
    return pairs;
  }

  return {
    async *align(products: AlignableProducts, { onProgress, signal }: AlignOptions = {}) {
      const { rows: N, features } = products;
      assertFeatureWidth(features, known.featureWidth);
      const components = new Float64Array(placeCount * K); // [50, K]
      const strengths = byStrength ? new Float64Array(placeCount) : undefined; // [50]
      for (let from = 0; from < N; from += blockRows) {
        signal?.throwIfAborted();
        const to = Math.min(N, from + blockRows);
        const table = await features.load(Array.from({ length: to - from }, (_, index) => from + index));
        for (let row = from; row < to; row++) {
          const group = groupNumber.get(products.groups[row] as string);
          placeComponents(table, row, known.directions, components, strengths);
          const mean = (group ?? known.groups.length) * components.length;
          for (let i = 0; i < components.length; i++) components[i]! -= known.means[mean + i]!;
          const phrases = rowPhrases(products, row, vocabulary);
          yield phrases
            .flatMap((phrase) => alignPhrase(phrase, group, components, strengths))
            .sort((a, b) => a.token - b.token || a.patch - b.patch);
        }
        onProgress?.(to, N);
      }
    },
  };
}
