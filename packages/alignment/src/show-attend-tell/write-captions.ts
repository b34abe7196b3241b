import { KaleidoError } from '@kaleido/foundation';
import { z } from 'zod';
import { assertGrids } from './caption-batch.ts';
import { CaptionReader, mayFollow, type NextPieces } from './caption-reader.ts';
import type { ShowAttendTell } from './show-attend-tell.ts';

/** How the next piece is chosen. */
export type CaptionSearch =
  /** The most likely one. */
  | { readonly kind: 'greedy' }
  /** The most likely caption that is found with several candidates at a time. */
  | {
      readonly kind: 'beam';
      /** Candidates per image, 1 to 64. Default: 4, as in "Attention Is All You Need" (6.1). */
      readonly width?: number;
      /**
       * Captions of n pieces, [SEP] included, compare by log-probability / ((5 + n) / 6)^lengthPenalty (Wu et al. 2016,
       * arXiv 1609.08144, 7); 0 compares log-probabilities. Default: 0.6, as in "Attention Is All You Need".
       */
      readonly lengthPenalty?: number;
    };

export interface WriteCaptionsOptions {
  /** Default: greedy. */
  readonly search?: CaptionSearch;
  /** Most pieces of a caption. Default: 62, the 64 of Kaleido-BERT without [CLS] and [SEP]. */
  readonly mostPieces?: number;
}

/** A caption that the captioner wrote. */
export interface WrittenCaption {
  /** Its pieces, one or more, without [CLS] and [SEP]. */
  readonly ids: Int32Array;
  /** The natural logarithm of its probability, of [SEP] too unless it was cut. */
  readonly logProbability: number;
  /** Whether it reached the most pieces before [SEP]. */
  readonly cut: boolean;
  /** [pieces, G], what the captioner looked at as it wrote each piece; a row sums to 1. */
  readonly attention: Float32Array;
}

const widest = 64;

const schema = z.strictObject({
  search: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('greedy') }),
      z.strictObject({
        kind: z.literal('beam'),
        width: z.number().int().positive().max(widest).default(4),
        lengthPenalty: z.number().nonnegative().default(0.6),
      }),
    ])
    .default({ kind: 'greedy' }),
  mostPieces: z.number().int().positive().default(62),
});

interface Draft {
  readonly pieces: readonly number[];
  readonly logProbability: number;
  /** Of each piece, [G]. */
  readonly attention: readonly Float32Array[];
  /** Whether [SEP] ended it. */
  readonly ended: boolean;
}

interface OpenDraft {
  readonly draft: Draft;
  /** In the step before, of the draft that it continues. */
  readonly row: number;
}

/** The search for one image's caption. */
interface Search {
  complete: Draft[];
  open: readonly OpenDraft[];
}

/**
 * Writes a caption for each image. The same weights, grids and options give the same captions.
 *
 * Beam search as in the code of Xu et al.: a caption that ends keeps its place, so that fewer candidates are left, until
 * none is. With one candidate this is the greedy search.
 *
 * @param grids [B, G, F]; a call holds the states of B x width candidates
 * @throws KaleidoError for options that are wrong or unknown, grids of another size, and weights that give no probability
 */
export async function writeCaptions(
  model: ShowAttendTell,
  grids: Float32Array,
  options: WriteCaptionsOptions = {},
): Promise<WrittenCaption[]> {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new KaleidoError({
      source: 'alignment',
      problem: `the options of writeCaptions are wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? ''}`,
      advice: 'compare with WriteCaptionsOptions',
    });
  }
  const { search, mostPieces } = parsed.data;
  const { width, lengthPenalty } = search.kind === 'beam' ? search : { width: 1, lengthPenalty: 0 };
  const { config } = model;
  const B = Math.ceil(grids.length / (config.cells * config.featureWidth));
  assertGrids(config, grids, B);
  if (B === 0) return [];
  const reader = new CaptionReader(model, grids, B);
  try {
    const found = await searchAll(reader, B, width);
    return found.map((drafts) => captionOf(best(drafts, lengthPenalty)));
  } finally {
    reader.dispose();
  }

  async function searchAll(
    reader: CaptionReader,
    images: number,
    width: number,
  ): Promise<readonly (readonly Draft[])[]> {
    const { classification } = config.special;
    const empty: Draft = { pieces: [], logProbability: 0, attention: [], ended: false };
    const searches = Array.from({ length: images }, (_, row): Search => {
      return { complete: [], open: [{ draft: empty, row }] };
    });
    let running: readonly { readonly search: Search; readonly start: number }[] = searches.map((search, start) => {
      return { search, start };
    });
    while (running.length > 0) {
      // Every image has `width` rows, of which those without a draft repeat another: one shape for all steps.
      const rows = running.flatMap(({ search: { open }, start }) =>
        Array.from({ length: width }, (_, slot) => open[slot] ?? open[0] ?? { draft: empty, row: start }),
      );
      const next = await reader.next(
        rows.map(({ row }) => row),
        rows.map(({ draft }) => draft.pieces.at(-1) ?? classification),
      );
      for (const [index, { search }] of running.entries()) advance(search, next, index * width);
      const placed = running.map(({ search }, index) => ({ search, start: index * width }));
      const left = placed.filter(({ search }) => search.open.length > 0);
      // Not before half of them are done: every other number of rows is another shape, for which a GPU compiles kernels.
      running = 2 * left.length <= placed.length ? left : placed;
    }
    return searches.map(({ complete }) => complete);
  }

  /** @param start the row of the first of its drafts */
  function advance(search: Search, next: NextPieces, start: number): void {
    const [V, G] = [config.vocabularySize, config.cells];
    const places = width - search.complete.length;
    const candidates = search.open.flatMap(({ draft }, slot) => {
      const row = start + slot;
      const logProbabilities = next.logProbabilities.subarray(row * V, (row + 1) * V);
      return mostLikely(logProbabilities, places).map((piece) => {
        return { draft, row, piece, logProbability: draft.logProbability + (logProbabilities[piece] as number) };
      });
    });
    // The order among equals is that of the drafts and ids: sorting is stable.
    candidates.sort((a, b) => b.logProbability - a.logProbability);
    const open: OpenDraft[] = [];
    for (const { draft, row, piece, logProbability } of candidates.slice(0, places)) {
      const ended = piece === config.special.separator;
      const extended: Draft = ended
        ? { ...draft, logProbability, ended }
        : {
            pieces: [...draft.pieces, piece],
            logProbability,
            attention: [...draft.attention, next.attention.slice(row * G, (row + 1) * G)],
            ended,
          };
      if (ended || extended.pieces.length === mostPieces) search.complete.push(extended);
      else open.push({ draft: extended, row });
    }
    search.open = open;
  }
}

/** The `count` most likely pieces that may follow, the best first; of equal ones the first. */
function mostLikely(logProbabilities: Float32Array, count: number): number[] {
  const value = (id: number): number => logProbabilities[id] as number;
  const best: number[] = [];
  for (let id = 0; id < logProbabilities.length; id++) {
    if (!mayFollow(value(id))) continue;
    if (best.length === count && value(id) <= value(best[count - 1] as number)) continue;
    let place = best.length;
    while (place > 0 && value(id) > value(best[place - 1] as number)) place--;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
  }
  return best;
}

/** @throws KaleidoError without any draft: the weights or features are broken */
function best(drafts: readonly Draft[], lengthPenalty: number): Draft {
  const scoreOf = ({ logProbability, pieces, ended }: Draft): number =>
    logProbability / ((5 + pieces.length + Number(ended)) / 6) ** lengthPenalty;
  const [first, ...others] = drafts;
  if (first === undefined)
    throw new KaleidoError({
      source: 'alignment',
      problem: 'the captioner gives no piece of the caption a probability',
      advice: 'check its weights and the features for NaN and infinite values',
    });
  return others.reduce((found, draft) => (scoreOf(draft) > scoreOf(found) ? draft : found), first);
}

function captionOf({ pieces, logProbability, attention, ended }: Draft): WrittenCaption {
  return {
    ids: Int32Array.from(pieces),
    logProbability,
    cut: !ended,
    attention: Float32Array.from(attention.flatMap((row) => [...row])),
  };
}
