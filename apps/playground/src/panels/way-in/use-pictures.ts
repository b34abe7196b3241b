import type { Size } from '@kaleido/kaleido-patches';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Seen } from '../../engine/engine-api.ts';

/** The longest side of what is drawn: enough for every place of the panel. */
const longestSide = 800;

/** A photograph that canvases can draw, and how much smaller than the file it is. */
export interface Drawable {
  readonly canvas: HTMLCanvasElement;
  /** Pixels of the canvas for one of the photograph. */
  readonly scale: number;
  readonly size: Size;
}

export interface Pictures {
  readonly photograph: Drawable | undefined;
  /** As the model sees it: white outside the mask. The photograph itself where nothing is cut out. */
  readonly cutOut: Drawable | undefined;
}

/** Decodes a photograph, and cuts the product out as soon as its mask is known. */
export function usePictures(address: string, seen: Seen | undefined): Pictures {
  const [loaded, setLoaded] = useState<{ readonly address: string; readonly photograph: Drawable }>();
  useEffect(() => {
    let isWanted = true;
    const image = new Image();
    image.src = address;
    image.decode().then(
      () => {
        if (isWanted) setLoaded({ address, photograph: drawn(image) });
      },
      // The engine reads the same file, and says what is wrong with it.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [address]);
  const photograph = loaded?.address === address ? loaded.photograph : undefined;
  const mask = seen?.mask;
  const cutOut = useMemo(
    () =>
      photograph === undefined || mask === undefined || seen === undefined
        ? photograph
        : whiteOutside(photograph, mask, seen),
    [photograph, mask],
  );
  return { photograph, cutOut };
}

function drawn(image: HTMLImageElement): Drawable {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return { canvas, scale, size: { width, height } };
}

function whiteOutside(photograph: Drawable, mask: Uint8Array, { width, height }: Size): Drawable {
  const { canvas: from } = photograph;
  const canvas = document.createElement('canvas');
  canvas.width = from.width;
  canvas.height = from.height;
  const context = canvas.getContext('2d');
  if (context === null) return photograph;
  context.drawImage(from, 0, 0);
  const picture = context.getImageData(0, 0, canvas.width, canvas.height);
  const inside = sampleMask(mask, { width, height }, canvas);
  for (let pixel = 0; pixel < inside.length; pixel++)
    if (inside[pixel] === 0) picture.data.fill(255, 4 * pixel, 4 * pixel + 4);
  context.putImageData(picture, 0, 0);
  return { ...photograph, canvas };
}

/** A mask in another size, by the nearest pixel. */
export function sampleMask(mask: Uint8Array, from: Size, to: Size): Uint8Array {
  const sampled = new Uint8Array(to.width * to.height);
  for (let row = 0; row < to.height; row++) {
    const y = Math.floor(((row + 0.5) * from.height) / to.height);
    for (let column = 0; column < to.width; column++) {
      const x = Math.floor(((column + 0.5) * from.width) / to.width);
      sampled[row * to.width + column] = mask[y * from.width + x] ?? 0;
    }
  }
  return sampled;
}
