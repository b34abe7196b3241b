import type { Atelier, ProductSource } from '@kaleido/data';

/** Whether a source draws its products, and so has the ground truth of their pictures. */
export function isAtelier(source: ProductSource): source is Atelier {
  return 'truth' in source;
}
