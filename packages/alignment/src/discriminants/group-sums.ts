import { placeCount } from '../aligned-levels.ts';

/** Sums over the products of one group. */
export class GroupSums {
  count = 0;
  /** [50, K] */
  readonly sum: Float64Array;
  /** [50, K, K] lower triangles */
  readonly products: Float64Array;
  /** Of the products whose caption has the word. */
  readonly words = new Map<number, { count: number; readonly sum: Float64Array }>();

  constructor(readonly K: number) {
    this.sum = new Float64Array(placeCount * K);
    this.products = new Float64Array(placeCount * K * K);
  }

  add(values: Float64Array, words: readonly number[]): void {
    const { K, sum, products } = this;
    this.count++;
    for (let i = 0; i < values.length; i++) sum[i]! += values[i]!;
    for (let place = 0; place < placeCount; place++)
      for (let a = 0; a < K; a++) {
        const value = values[place * K + a]!;
        for (let b = 0; b <= a; b++) products[(place * K + a) * K + b]! += value * values[place * K + b]!;
      }
    for (const word of words) {
      const own = this.words.get(word) ?? { count: 0, sum: new Float64Array(placeCount * K) };
      this.words.set(word, own);
      own.count++;
      for (let i = 0; i < values.length; i++) own.sum[i]! += values[i]!;
    }
  }

  /** The covariance at a place, times the count; lower triangle. */
  scatter(place: number): Float64Array {
    const { K, count, sum, products } = this;
    const scatter = products.slice(place * K * K, (place + 1) * K * K);
    for (let a = 0; a < K; a++)
      for (let b = 0; b <= a; b++) scatter[a * K + b]! -= (sum[place * K + a]! * sum[place * K + b]!) / count;
    return scatter;
  }

  /** Sum of the word's products at a place, less as many means of the group. */
  difference(word: { readonly count: number; readonly sum: Float64Array }, place: number): Float64Array {
    const { K, count, sum } = this;
    const from = place * K;
    return word.sum.slice(from, from + K).map((value, k) => value - (word.count * sum[from + k]!) / count);
  }

  /** Variance of having a word, summed over the group's products. */
  variance({ count }: { readonly count: number }): number {
    return count * (1 - count / this.count);
  }
}
