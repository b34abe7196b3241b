import type { Atelier, ProductSource } from '@kaleido/data';

/** Whether a source draws its products, and so knows what they show. */
export function isAtelier(source: ProductSource): source is Atelier {
  return 'truth' in source;
}
