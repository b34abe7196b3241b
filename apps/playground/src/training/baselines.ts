import type { TaskCatalogue } from '@kaleido/pretrain-tasks';
import { batchSizes } from './objectives.ts';

/**
 * The loss of an answer that does not look: all choices equally likely, and word pieces as often as they occur. Colouring
 * in has no such number.
 * @param catalogue of whose captions the pieces are counted
 */
export function baselines(
  catalogue: Pick<TaskCatalogue, 'rows' | 'textLength' | 'ids' | 'lengths'>,
): Record<string, number> {
  const pieces = pieceEntropy(catalogue);
  return {
    contrastive: Math.log(batchSizes.contrastive),
    words: pieces,
    maskedTokens: pieces,
    rotation: Math.log(4),
    jigsaw: Math.log(24),
    camouflage: Math.log(9),
    match: Math.log(2),
    // The choice, and a tenth of the yes or no that the objective adds.
    matchingChoice: Math.log(batchSizes.matchingGroup) + 0.1 * Math.log(2),
  };
}

/** Cross-entropy of the pieces of all captions, [CLS] and [SEP] left out, when only their frequencies are known. */
function pieceEntropy({ rows, textLength, ids, lengths }: Parameters<typeof baselines>[0]): number {
  const counts = new Map<number, number>();
  let total = 0;
  for (let row = 0; row < rows; row++)
    for (let at = 1; at < (lengths[row] as number) - 1; at++) {
      const id = ids[row * textLength + at] as number;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      total += 1;
    }
  let sum = 0;
  for (const count of counts.values()) sum -= (count / total) * Math.log(count / total);
  return sum;
}
