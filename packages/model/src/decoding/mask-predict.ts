import type { CaptionTokens } from './caption-options.ts';
import { captionOf } from './draft.ts';
import { forbiddenAnywhere } from './forbidden.ts';
import type { GeneratedCaption } from './generated-caption.ts';
import type { MaskedReader, Predictions } from './masked-reader.ts';

export interface MaskPredictSettings {
  readonly tokens: CaptionTokens;
  /** Passes, the first included. */
  readonly iterations: number;
  /** Pieces between [CLS] and [SEP]; undefined: as many as are before the first [SEP] that the model predicts. */
  readonly length: number | undefined;
  /** The longest text, [CLS] and [SEP] included. */
  readonly longest: number;
}

type Reader = Pick<MaskedReader, 'predict' | 'patchCount'>;

/** A caption of which pieces are predicted again; place i of the lists is position i + 1 of the text. */
interface Guess {
  readonly ids: number[];
  readonly logProbabilities: number[];
  /** Empty unless asked for. */
  readonly attention: Float32Array[];
  /** The log-probability of [SEP], where that was predicted. */
  readonly end: number | undefined;
}

/**
 * Writes a caption for each of B photographs from [MASK] at every place. Then, `iterations` - 1 times, the pieces of which
 * the model was least certain are masked and predicted again: the share (iterations - i) / iterations in pass i.
 */
export async function maskPredict(
  reader: Reader,
  B: number,
  settings: MaskPredictSettings,
): Promise<GeneratedCaption[]> {
  const { iterations, length } = settings;
  const guesses = await firstGuesses(reader, B, settings);
  for (let pass = 1; pass < iterations; pass++)
    await guessAgain(reader, guesses, (iterations - pass) / iterations, settings.tokens);
  return guesses.map(({ ids, logProbabilities, attention, end }) => {
    const logProbability = logProbabilities.reduce((sum, value) => sum + value, end ?? 0);
    const ended = length !== undefined || end !== undefined;
    return captionOf({ pieces: ids, logProbability, attention, ended });
  });
}

/** Every piece at once, and the length if it is not given. */
async function firstGuesses(
  reader: Reader,
  B: number,
  { tokens, length, longest }: MaskPredictSettings,
): Promise<Guess[]> {
  const T = length === undefined ? longest : length + 2;
  const M = length ?? T - 1;
  const ids = new Int32Array(B * T).fill(tokens.mask);
  for (let b = 0; b < B; b++) {
    ids[b * T] = tokens.classification;
    if (length !== undefined) ids[(b + 1) * T - 1] = tokens.separator;
  }
  const never = forbiddenAnywhere(tokens);
  const ask = (start: number, count: number, forbidden: readonly number[]) => ({
    places: Array.from({ length: B }, () => Array.from({ length: count }, (_, i) => start + i)),
    forbidden,
  });
  const pieces = [...never, tokens.separator];
  // A caption has at least one piece.
  const questions = length === undefined ? [ask(1, 1, pieces), ask(2, M - 1, never)] : [ask(1, M, pieces)];
  const found = await reader.predict({ ids, mask: new Float32Array(B * T).fill(1), questions });
  return Array.from({ length: B }, (_, b): Guess => {
    const all = Array.from({ length: M }, (_, i) => found.ids[b * M + i] as number);
    const values = all.map((_, i) => found.logProbabilities[b * M + i] as number);
    const end = all.indexOf(tokens.separator);
    // Without an end, the last place is left to [SEP].
    const count = length ?? (end < 0 ? T - 2 : end);
    return {
      ids: all.slice(0, count),
      logProbabilities: values.slice(0, count),
      attention: all.slice(0, count).flatMap((_, i) => attentionAt(found, b * T + i + 1, reader.patchCount)),
      end: end < 0 ? undefined : values[end],
    };
  });
}

/** Masks this share of each caption's pieces, the least certain ones, and predicts them again. */
async function guessAgain(
  reader: Reader,
  guesses: readonly Guess[],
  share: number,
  tokens: CaptionTokens,
): Promise<void> {
  const chosen = guesses.map(({ ids, logProbabilities }) =>
    [...ids.keys()]
      .sort((a, b) => (logProbabilities[a] as number) - (logProbabilities[b] as number) || a - b)
      .slice(0, Math.floor(share * ids.length)),
  );
  const M = Math.max(...chosen.map((places) => places.length));
  if (M === 0) return;
  const T = Math.max(...guesses.map(({ ids }) => ids.length)) + 2;
  const ids = new Int32Array(guesses.length * T);
  const mask = new Float32Array(guesses.length * T);
  for (const [b, guess] of guesses.entries()) {
    ids.set([tokens.classification, ...guess.ids, tokens.separator], b * T);
    mask.fill(1, b * T, b * T + guess.ids.length + 2);
    for (const i of chosen[b] as number[]) ids[b * T + i + 1] = tokens.mask;
  }
  // A caption with fewer places is asked for position 0 in addition; the answer is not used.
  const places = chosen.map((own) => Array.from({ length: M }, (_, i) => (own[i] ?? -1) + 1));
  const forbidden = [...forbiddenAnywhere(tokens), tokens.separator];
  const found = await reader.predict({ ids, mask, questions: [{ places, forbidden }] });
  for (const [b, guess] of guesses.entries())
    for (const [m, i] of (chosen[b] as number[]).entries()) {
      guess.ids[i] = found.ids[b * M + m] as number;
      guess.logProbabilities[i] = found.logProbabilities[b * M + m] as number;
      for (const row of attentionAt(found, b * T + i + 1, reader.patchCount)) guess.attention[i] = row;
    }
}

/** The attention of a row of [B, T, P], if there is any. */
function attentionAt({ attention }: Predictions, row: number, P: number): Float32Array[] {
  return attention === undefined ? [] : [attention.slice(row * P, (row + 1) * P)];
}
