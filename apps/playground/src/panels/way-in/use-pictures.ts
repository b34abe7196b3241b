import { useMemo } from 'preact/hooks';
import type { Seen } from '../../engine/engine-api.ts';
import { type DrawnPicture, whiteOutside } from '../../parts/drawn-picture.ts';
import { useDrawnPicture } from '../../parts/use-drawn-picture.ts';

/** The longest side of what is drawn: enough for every place of the panel. */
const longestSide = 800;

export interface Pictures {
  readonly photograph: DrawnPicture | undefined;
  /** As the model sees it: white outside the mask. The photograph itself where nothing is cut out. */
  readonly cutOut: DrawnPicture | undefined;
}

/** Decodes a photograph, and cuts the product out as soon as its mask is known. */
export function usePictures(address: string, seen: Seen | undefined): Pictures {
  const photograph = useDrawnPicture(address, longestSide);
  const mask = seen?.mask;
  const cutOut = useMemo(
    () => (photograph === undefined || mask === undefined ? photograph : whiteOutside(photograph, mask)),
    [photograph, mask],
  );
  return { photograph, cutOut };
}
