import { useMemo } from 'preact/hooks';
import { type DrawnPicture, whiteOutside } from '../../parts/drawn-picture.ts';
import { useDrawnPicture } from '../../parts/use-drawn-picture.ts';

/** The longest side that is drawn; a piece is never shown larger. */
const longestSide = 1024;

/**
 * A product on white, as the model gets it, to cut pieces from.
 * @param address undefined loads nothing
 * @param mask [height * width] of the photograph, 1 on the object; without one nothing is painted over
 * @returns undefined until it is loaded, and for a picture that the browser does not decode
 */
export function useCutOut(address: string | undefined, mask: Uint8Array | undefined): DrawnPicture | undefined {
  const picture = useDrawnPicture(address, longestSide);
  return useMemo(
    () => (picture === undefined || mask === undefined ? picture : whiteOutside(picture, mask)),
    [picture, mask],
  );
}
