import { useEffect, useState } from 'preact/hooks';
import { type DrawnPicture, drawPicture } from './drawn-picture.ts';
import { loadImage } from './load-image.ts';

/**
 * Loads and draws a picture.
 * @param address undefined loads nothing
 * @param longestSide of the drawing at most, in pixels
 * @returns undefined until it is there, and for a picture that the browser does not decode: the engine reads the same
 *   file, and says what is wrong with it
 */
export function useDrawnPicture(address: string | undefined, longestSide: number): DrawnPicture | undefined {
  const [loaded, setLoaded] = useState<{ readonly address: string; readonly picture: DrawnPicture }>();
  useEffect(() => {
    if (address === undefined) return;
    let isWanted = true;
    loadImage(address).then(
      (image) => {
        if (isWanted) setLoaded({ address, picture: drawPicture(image, longestSide) });
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [address, longestSide]);
  return loaded !== undefined && loaded.address === address ? loaded.picture : undefined;
}
