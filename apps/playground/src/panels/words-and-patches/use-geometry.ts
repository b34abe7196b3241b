import { type Box, kaleidoPatches } from '@kaleido/kaleido-patches';
import { useMemo } from 'preact/hooks';
import { useAnswer } from '../../engine/use-answer.ts';
import { knownAnswers } from '../../state/gallery.ts';
import { formatBox, type Product, viewName, viewOf } from '../../state/product.ts';
import { squareAround } from './places.ts';

/** Where a photograph's patches are, in its pixels. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** [55] */
  readonly patches: readonly Box[];
  /** The part of the photograph that is shown. */
  readonly shown: Box;
}

export interface GeometryAnswer {
  /** Undefined until it is known. */
  readonly geometry: Geometry | undefined;
  readonly error: string | undefined;
}

/** A garment of the gallery has its box at once; another photograph is looked at first. */
export function useGeometry(product: Product): GeometryAnswer {
  const name = viewName(product);
  const known = product.isOwn ? undefined : knownAnswers(product.id);
  const { value, error } = useAnswer(
    name,
    async (api) => {
      const { width, height, box } = await api.see(viewOf(product));
      return { name, width, height, box };
    },
    known === undefined ? undefined : { name, width: known.width, height: known.height, box: product.box ?? known.box },
  );
  const place = value?.name === name ? value : undefined;
  const key = place === undefined ? '' : `${place.width} ${place.height} ${formatBox(place.box)}`;
  // As long as the numbers stay the same, so does the object: nothing that depends on it is computed again.
  const geometry = useMemo((): Geometry | undefined => {
    if (place === undefined) return undefined;
    const { width, height, box } = place;
    const patches = kaleidoPatches(box, { width, height }).map((patch) => patch.box);
    return { width, height, patches, shown: squareAround(box, { width, height }) };
  }, [key]);
  return { geometry, error };
}
