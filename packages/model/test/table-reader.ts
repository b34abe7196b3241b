import { randomStream } from '@kaleido/foundation';
import type { PieceReader } from '../src/decoding/next-pieces.ts';

/** Begins every text of `tableReader`. */
export const first = 0;
/** Ends one. */
export const last = 1;

/**
 * A language of V pieces in which the probabilities of the next one are a random function of all before it; piece 0 only
 * begins texts. Texts of different photographs differ.
 */
export function tableReader(V: number, seed = 1): PieceReader & { readonly rows: number[] } {
  let texts: { photograph: number; pieces: number[] }[] | undefined;
  const rows: number[] = [];
  return {
    vocabularySize: V,
    rows,
    async next(from, pieces) {
      rows.push(from.length);
      texts = pieces.map((piece, row) => {
        const before = texts?.[from[row]!] ?? { photograph: from[row]!, pieces: [] };
        return { photograph: before.photograph, pieces: [...before.pieces, piece] };
      });
      const all = texts.flatMap(({ photograph, pieces }) => nextOf(V, seed, photograph, pieces));
      return { logProbabilities: Float32Array.from(all) };
    },
  };
}

/** The log-probability of each piece after these. */
function nextOf(V: number, seed: number, photograph: number, pieces: readonly number[]): number[] {
  const random = randomStream(seed, 'language', photograph, ...pieces);
  const logits = Array.from({ length: V }, (_, id) => (id === first ? Number.NEGATIVE_INFINITY : 2 * random.normal()));
  if (pieces.length === 1) logits[last] = Number.NEGATIVE_INFINITY;
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits.map((logit) => Math.fround(logit - total));
}

/** Every caption of the language with its log-probability. */
export function allCaptions(
  V: number,
  seed: number,
  photograph: number,
  mostPieces: number,
): { readonly pieces: readonly number[]; readonly logProbability: number; readonly ended: boolean }[] {
  const from = (pieces: readonly number[], logProbability: number): ReturnType<typeof allCaptions> =>
    nextOf(V, seed, photograph, pieces).flatMap((value, id) => {
      if (value === Number.NEGATIVE_INFINITY) return [];
      const total = logProbability + value;
      if (id === last) return [{ pieces: pieces.slice(1), logProbability: total, ended: true }];
      if (pieces.length === mostPieces)
        return [{ pieces: [...pieces.slice(1), id], logProbability: total, ended: false }];
      return from([...pieces, id], total);
    });
  return from([first], 0);
}
