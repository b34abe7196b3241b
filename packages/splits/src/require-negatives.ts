import { KaleidoError } from '@kaleido/foundation';
import { negativeRule, type TaskCatalogue } from '@kaleido/pretrain-tasks';
import type { SomeProducts } from './split-notes.ts';

/** @throws KaleidoError for a product that has no negative among the others */
export function requireNegatives({ name, products }: SomeProducts, catalogue: TaskCatalogue, advice: string): void {
  const fits = negativeRule(catalogue);
  const { rows } = catalogue;
  for (let row = 0; row < rows; row++) {
    let others = rows - 1;
    while (others > 0 && !fits(row, (row + others) % rows)) others--;
    if (others > 0) continue;
    throw new KaleidoError({
      source: 'splits',
      problem: `${name}: ${products[row]?.id} has no negative: no other product has another picture and another caption`,
      found: `${rows} ${rows === 1 ? 'picture' : 'pictures'}`,
      advice,
    });
  }
}
