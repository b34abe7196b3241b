import { type Box, kaleidoPatches } from '@kaleido/kaleido-patches';
import { useMemo } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import type { Seen } from '../../engine/engine-api.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import type { DrawnPicture } from '../../parts/drawn-picture.ts';
import { knownOf, type Product, viewName, viewOf } from '../../state/product.ts';
import { useCutOut } from './use-cut-out.ts';

/** A product's photograph, ready to be cut into pieces. */
export interface Photograph {
  readonly cutOut: DrawnPicture | undefined;
  /** The 55 patches in pixels; undefined until the object is found. */
  readonly patches: readonly Box[] | undefined;
  /** What the model sees; undefined until it is asked. */
  readonly seen: Seen | undefined;
  readonly error: string | undefined;
}

/** @param product undefined asks nothing */
export function usePhotograph(product: Product | undefined): Photograph {
  const answer = useAnswer<Seen>(product === undefined ? undefined : `see ${viewName(product)}`, async (api) => {
    if (product === undefined) throw new Error('There is no product.');
    return api.see(viewOf(product));
  });
  const seen = answer.isCurrent ? answer.value : undefined;
  // Where the model answers soon, the picture waits for it, so that its background does not vanish a moment later.
  const known =
    seen === undefined && product !== undefined && engine.value.kind !== 'ready' ? knownOf(product) : undefined;
  const cutOut = useCutOut(seen === undefined && known === undefined ? undefined : product?.address, seen?.mask);
  const patches = useMemo(
    () => seen?.patches ?? (known === undefined ? undefined : kaleidoPatches(known.box, known).map(({ box }) => box)),
    [seen, known],
  );
  return { cutOut, patches, seen, error: answer.error };
}
