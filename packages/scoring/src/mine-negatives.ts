import { type HardNegatives, negativeRule, type TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { SplitScorer } from './score-split.ts';

/**
 * For each row, the rows of its group with the photographs most similar to its caption. They are negatives by
 * `negativeRule`: other products with other captions and other pictures.
 */
export function mineNegatives(
  catalogue: Pick<TaskCatalogue, 'rows' | 'groups' | 'products' | 'captions' | 'images'>,
  scorer: Pick<SplitScorer, 'similarity'>,
  { perRow, share }: { readonly perRow: number; readonly share: number },
): HardNegatives {
  const rows = new Int32Array(new SharedArrayBuffer(4 * catalogue.rows * perRow)).fill(-1);
  const fits = negativeRule(catalogue);
  const groups = new Map<number, number[]>();
  for (let row = 0; row < catalogue.rows; row++) {
    const group = catalogue.groups[row] as number;
    const members = groups.get(group) ?? [];
    members.push(row);
    groups.set(group, members);
  }
  for (const members of groups.values())
    for (const row of members) {
      const scored = members
        .filter((other) => fits(row, other))
        .map((other) => ({ other, score: scorer.similarity(row, other) }))
        .sort((a, b) => b.score - a.score || a.other - b.other);
      for (const [place, { other }] of scored.slice(0, perRow).entries()) rows[row * perRow + place] = other;
    }
  return { perRow, share, rows };
}
