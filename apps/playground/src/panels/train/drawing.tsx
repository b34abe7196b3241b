import { useEffect, useRef } from 'preact/hooks';
import { rasterise } from '../../training/rasterise.ts';

/** Side in pixels: sharp on screens of high density. */
const side = 248;

/** A drawn garment. As pixels that are drawn in an idle moment: several SVGs at once would hold the page up. */
export function Drawing({ svg, label }: { readonly svg: string; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isWanted = true;
    rasterise(svg, side).then(
      (bitmap) => {
        if (isWanted) canvas.current?.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
      },
      // Its caption is there; a picture alone is nothing to tell the visitor about.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [svg]);
  return <canvas ref={canvas} class="train-drawing" width={side} height={side} role="img" aria-label={label} />;
}
