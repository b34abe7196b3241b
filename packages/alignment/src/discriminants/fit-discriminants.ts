import { KaleidoError } from '@kaleido/foundation';
import { placeCount } from '../aligned-levels.ts';
import type { AlignableProducts, AlignOptions } from '../aligner.ts';
import { rowPhrases } from '../caption-phrases.ts';
import type { Discriminants } from './discriminants.ts';
import { GroupSums } from './group-sums.ts';
import { directionsOf, placeComponents } from './place-components.ts';
import { choleskyFactor, solveInPlace } from './solve-positive.ts';

export interface FitDiscriminantsOptions extends AlignOptions {
  /** The pieces of the captions by id. */
  readonly vocabulary: readonly string[];
  /**
   * K. Default 16: on garments of the atelier that were not fitted, 12 align 2 points fewer parts, 24 as many; and a group of
   * a hundred products says nothing about more.
   */
  readonly components?: number;
  /** Captions that a word must occur in. Default 20: with fewer, chance alone moves the means of some place. */
  readonly leastOccurrences?: number;
}

/** Rows that are read at once. */
const blockRows = 128;

/** A word in more of the captions than this says nothing about one product rather than another. */
const mostShare = 0.6;

/** Share of a group's own covariance; the rest is that of all groups, for a small group's is hardly known. */
const ownCovariance = 0.8;

/** Evidence of a word within a group, from so many of its captions that it could differ. */
const leastVariance = 3;

/**
 * Learns where in the photograph each word shows. Within a group of products that look alike, the patches of those
 * whose caption has the word are compared with the rest, place by place: the more their means differ, in units of
 * their covariance (Hotelling's T squared, Fisher's linear discriminant), the more the word shows there. Comparing
 * within groups keeps a type's whole shape from counting for every word that goes with the type. One pass over the
 * features and one over a part of them; no training, no random draw. The features are never all in memory.
 * @throws KaleidoError if no word occurs often enough; the signal's reason if it was aborted
 */
export async function fitDiscriminants(
  products: AlignableProducts,
  { vocabulary, components, leastOccurrences = 20, onProgress, signal }: FitDiscriminantsOptions,
): Promise<Discriminants> {
  const { rows: N, features } = products;
  const F = features.featureWidth;
  const K = Math.min(components ?? 16, F);
  const captions = Array.from({ length: N }, (_, row) => wordsOf(products, row, vocabulary));
  const words = frequentWords(captions, leastOccurrences);
  const groups = [...new Set(products.groups)];
  const wordNumber = new Map(words.map((word, number) => [word, number]));
  const groupNumber = new Map(groups.map((group, number) => [group, number]));

  const directions = await directionsOf(products, K);
  const sums = groups.map(() => new GroupSums(K));
  const values = new Float64Array(placeCount * K); // [50, K]
  for (let from = 0; from < N; from += blockRows) {
    signal?.throwIfAborted();
    const rows = range(from, Math.min(N, from + blockRows));
    const table = await features.load(rows);
    for (const row of rows) {
      placeComponents(table, row, directions, values);
      const known = (captions[row] as string[]).flatMap((word) => wordNumber.get(word) ?? []);
      (sums[groupNumber.get(products.groups[row] as string) as number] as GroupSums).add(values, known);
    }
    onProgress?.(Math.min(N, from + blockRows), N);
  }
  return { featureWidth: F, components: K, words, groups, directions, ...compare(sums, words.length, K) };
}

/** The different content words of a caption. */
function wordsOf(products: AlignableProducts, row: number, vocabulary: readonly string[]): string[] {
  return [
    ...new Set(
      rowPhrases(products, row, vocabulary)
        .flat()
        .map(({ text }) => text),
    ),
  ];
}

/** @throws KaleidoError if there is none */
function frequentWords(captions: readonly (readonly string[])[], least: number): string[] {
  const counts = new Map<string, number>();
  for (const caption of captions) for (const word of caption) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].filter(([, count]) => count >= least && count <= mostShare * captions.length);
  if (words.length > 0) return words.map(([word]) => word).sort();
  throw new KaleidoError({
    source: 'alignment',
    problem: `no word occurs in ${least} captions or more, and not in most of them: there is nothing to align`,
    found: `${captions.length} captions`,
    advice: 'give more products, or a smaller leastOccurrences',
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

type Compared = Pick<Discriminants, 'means' | 'evidence' | 'contrasts' | 'groupWords' | 'groupEvidence'>;

function compare(sums: readonly GroupSums[], W: number, K: number): Compared {
  const total = sums.reduce((count, group) => count + group.count, 0);
  const variances = new Float64Array(W);
  for (const group of sums) for (const [word, own] of group.words) variances[word]! += group.variance(own);
  const pairs = sums.flatMap((group, number) => [...group.words.keys()].map((word) => [number, word] as const));
  const evidence = new Float32Array(W * placeCount);
  const contrasts = new Float32Array(W * placeCount * K);
  const groupEvidence = new Float32Array(pairs.length * placeCount);
  for (let place = 0; place < placeCount; place++) {
    const scatters = sums.map((group) => group.scatter(place));
    const pooled = new Float64Array(K * K);
    for (const scatter of scatters) for (let i = 0; i < K * K; i++) pooled[i]! += scatter[i]! / total;
    addToDiagonal(pooled, K, 1e-3);
    const factor = choleskyFactor(pooled, K);
    const differences = new Float64Array(W * K);
    for (const group of sums)
      for (const [word, own] of group.words)
        for (const [k, value] of group.difference(own, place).entries()) differences[word * K + k]! += value;
    for (let word = 0; word < W; word++) {
      const difference = differences.subarray(word * K, (word + 1) * K);
      const variance = Math.max(variances[word]!, 5);
      const solved = difference.slice();
      solveInPlace(factor, solved);
      evidence[word * placeCount + place] = Math.max(0, (dot(difference, solved) / variance - K) / Math.sqrt(2 * K));
      const scale = 1 / Math.sqrt(variance);
      contrasts.set(
        solved.map((value) => value * scale),
        (word * placeCount + place) * K,
      );
    }
    let pair = 0;
    for (const [number, group] of sums.entries()) {
      const scatter = scatters[number] as Float64Array;
      const mixed = scatter.map((value, i) => (ownCovariance * value) / group.count + (1 - ownCovariance) * pooled[i]!);
      const own = choleskyFactor(mixed, K);
      for (const word of group.words.values()) {
        const variance = group.variance(word);
        if (variance > leastVariance) {
          const difference = group.difference(word, place);
          const solved = difference.slice();
          solveInPlace(own, solved);
          groupEvidence[pair * placeCount + place] = Math.max(
            0,
            (dot(difference, solved) / variance - K) / Math.sqrt(2 * K),
          );
        }
        pair++;
      }
    }
  }
  return { means: meansOf(sums, K), evidence, contrasts, groupWords: Int32Array.from(pairs.flat()), groupEvidence };
}

/** Adds a share of the mean of the diagonal to it: a direction that never varies stays harmless. */
function addToDiagonal(matrix: Float64Array, K: number, share: number): void {
  let trace = 0;
  for (let k = 0; k < K; k++) trace += matrix[k * K + k]!;
  for (let k = 0; k < K; k++) matrix[k * K + k]! += (share * trace) / K + 1e-9;
}

/** [G + 1, 50, K] */
function meansOf(sums: readonly GroupSums[], K: number): Float32Array {
  const width = placeCount * K;
  const means = new Float32Array((sums.length + 1) * width);
  const all = new Float64Array(width);
  let total = 0;
  for (const [number, { sum, count }] of sums.entries()) {
    total += count;
    for (let i = 0; i < width; i++) {
      means[number * width + i] = sum[i]! / count;
      all[i]! += sum[i]!;
    }
  }
  for (let i = 0; i < width; i++) means[sums.length * width + i] = all[i]! / total;
  return means;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
