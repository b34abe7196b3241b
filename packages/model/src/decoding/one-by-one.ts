import { type Draft, type DraftLimits, emptyDraft, extended, rowsToKeep } from './draft.ts';
import type { PieceReader } from './next-pieces.ts';
import { withoutRepeats } from './repeats.ts';

/** Chooses a piece. @param logProbabilities [V] @param photograph its number in the batch */
export type Choose = (logProbabilities: Float32Array, photograph: number) => number;

/** Writes one caption for each photograph, piece by piece. */
export async function oneByOne(
  reader: PieceReader,
  photographs: number,
  limits: DraftLimits,
  choose: Choose,
): Promise<Draft[]> {
  const { classification, separator, mostPieces, blockNgram } = limits;
  const V = reader.vocabularySize;
  const drafts = Array.from({ length: photographs }, () => emptyDraft);
  const isDone = (photograph: number): boolean => {
    const { ended, pieces } = drafts[photograph] as Draft;
    return ended || pieces.length === mostPieces;
  };
  let rows: readonly number[] = drafts.map((_, photograph) => photograph);
  let [texts, pieces] = [rows, rows.map(() => classification)];
  while (rows.length > 0) {
    const next = await reader.next(texts, pieces);
    for (const [row, photograph] of rows.entries()) {
      if (isDone(photograph)) continue;
      const draft = drafts[photograph] as Draft;
      const logProbabilities = next.logProbabilities.subarray(row * V, (row + 1) * V);
      const piece = choose(withoutRepeats(logProbabilities, draft.pieces, blockNgram), photograph);
      drafts[photograph] = extended(draft, piece, next, row, reader, separator);
    }
    const kept = rowsToKeep(
      rows.map((photograph, row) => ({ photograph, row })),
      ({ photograph }) => isDone(photograph),
    );
    texts = kept.map(({ row }) => row);
    rows = kept.map(({ photograph }) => photograph);
    pieces = rows.map((photograph) => (drafts[photograph] as Draft).pieces.at(-1) ?? separator);
  }
  return drafts;
}
