import { useEffect, useState } from 'preact/hooks';

/** A product on white, as the model gets it, to cut pieces from. */
export interface CutOut {
  readonly canvas: HTMLCanvasElement;
  /** Pixels of the canvas for one of the photograph. */
  readonly scale: number;
}

/** The longest side that is drawn; a piece is never shown larger. */
const longestSide = 1024;

/**
 * Loads a picture and paints everything outside the object white.
 * @param address undefined loads nothing
 * @param mask [height * width] of the photograph, 1 on the object; without one nothing is painted over
 * @returns undefined until it is loaded, and for a picture that the browser does not decode
 */
export function useCutOut(address: string | undefined, mask: Uint8Array | undefined): CutOut | undefined {
  const [made, setMade] = useState<{ readonly address: string; readonly cutOut: CutOut }>();
  useEffect(() => {
    if (address === undefined) return;
    let isWanted = true;
    const image = new Image();
    image.src = address;
    image.decode().then(
      () => {
        if (isWanted) setMade({ address, cutOut: cutOutOf(image, mask) });
      },
      // The engine says what is wrong with the file.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [address, mask]);
  return made !== undefined && made.address === address ? made.cutOut : undefined;
}

function cutOutOf(image: HTMLImageElement, mask: Uint8Array | undefined): CutOut {
  const { naturalWidth, naturalHeight } = image;
  const scale = Math.min(1, longestSide / Math.max(naturalWidth, naturalHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(naturalHeight * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return { canvas, scale };
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  if (mask === undefined || mask.length !== naturalWidth * naturalHeight) return { canvas, scale };
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y++) {
    const row = Math.min(naturalHeight - 1, Math.floor(y / scale)) * naturalWidth;
    for (let x = 0; x < canvas.width; x++)
      if (mask[row + Math.min(naturalWidth - 1, Math.floor(x / scale))] !== 1)
        pixels.data.fill(255, 4 * (y * canvas.width + x), 4 * (y * canvas.width + x) + 3);
  }
  context.putImageData(pixels, 0, 0);
  return { canvas, scale };
}
