import { mostLikelyOnes } from './choose-piece.ts';
import { type Draft, type DraftLimits, emptyDraft, extended, rowsToKeep } from './draft.ts';
import type { NextPieces, PieceReader } from './next-pieces.ts';
import { withoutRepeats } from './repeats.ts';

export interface BeamSettings {
  /** Drafts of a photograph at a time. */
  readonly width: number;
  /** See `PieceChoice`. */
  readonly lengthPenalty: number;
}

/** The search for one photograph's caption. */
interface Search {
  /** The best complete caption so far. */
  best: Draft | undefined;
  open: readonly { readonly draft: Draft; readonly row: number }[];
}

/**
 * Writes the best caption of each photograph that is found with `width` drafts at a time. A search ends when no draft can
 * become better than the best complete caption: log-probabilities only fall.
 */
export async function beamSearch(
  reader: PieceReader,
  photographs: number,
  limits: DraftLimits,
  settings: BeamSettings,
): Promise<Draft[]> {
  const { classification, separator, mostPieces, blockNgram } = limits;
  const scoreOf = ({ logProbability, pieces, ended }: Draft): number =>
    logProbability / penalty(pieces.length + Number(ended), settings.lengthPenalty);
  const searches = Array.from({ length: photographs }, (_, row): Search => {
    return { best: undefined, open: [{ draft: emptyDraft, row }] };
  });
  const isDone = ({ best, open }: Search): boolean => {
    const longest = penalty(mostPieces + 1, settings.lengthPenalty);
    return open.every(({ draft }) => best !== undefined && draft.logProbability / longest <= scoreOf(best));
  };
  let running: readonly Search[] = searches;
  while (running.length > 0) {
    const rows = running.flatMap(({ open }) => open);
    const next = await reader.next(
      rows.map(({ row }) => row),
      rows.map(({ draft }) => draft.pieces.at(-1) ?? classification),
    );
    let start = 0;
    for (const search of running) {
      const width = search.open.length;
      if (isDone(search)) search.open = search.open.map(({ draft }, index) => ({ draft, row: start + index }));
      else advance(search, next, start);
      start += width;
    }
    running = rowsToKeep(running, isDone);
  }
  return searches.map(({ best }) => best as Draft);

  /** @param start the row of the first of its drafts */
  function advance(search: Search, next: NextPieces, start: number): void {
    const V = reader.vocabularySize;
    const candidates = search.open.flatMap(({ draft }, index) => {
      const row = start + index;
      const logProbabilities = next.logProbabilities.subarray(row * V, (row + 1) * V);
      const allowed = withoutRepeats(logProbabilities, draft.pieces, blockNgram);
      // Twice the width, so that as many are left open if each of them could end.
      return mostLikelyOnes(allowed, 2 * settings.width).map((piece) => ({
        draft: extended(draft, piece, next, row, reader, separator),
        row,
      }));
    });
    // The order among equals is that of the drafts and ids: sorting is stable.
    candidates.sort((a, b) => b.draft.logProbability - a.draft.logProbability);
    const open: { draft: Draft; row: number }[] = [];
    for (const [rank, candidate] of candidates.slice(0, 2 * settings.width).entries()) {
      const { draft } = candidate;
      if (draft.ended || draft.pieces.length === mostPieces) {
        const better = search.best === undefined || scoreOf(draft) > scoreOf(search.best);
        if (rank < settings.width && better) search.best = draft;
      } else if (open.length < settings.width) open.push(candidate);
    }
    search.open = open;
  }
}

/** Of a caption with so many pieces, [SEP] included. */
function penalty(pieces: number, exponent: number): number {
  return ((5 + pieces) / 6) ** exponent;
}
