import { useEffect, useRef, useState } from 'preact/hooks';
import { examplePixels } from '../../training/example-pixels.ts';
import type { ClassExample } from '../../training/teaching-events.ts';

/** Side in pixels. */
const side = 112;

/** A small picture of an example; a cross for what is no picture. */
export function Thumbnail({ example }: { readonly example: ClassExample }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    let isWanted = true;
    setBroken(false);
    examplePixels(example, side).then(
      (bitmap) => {
        const own = canvas.current;
        if (!isWanted || own === null) return;
        own.width = bitmap.width;
        own.height = bitmap.height;
        own.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
      },
      () => {
        if (isWanted) setBroken(true);
      },
    );
    return () => {
      isWanted = false;
    };
  }, [example]);
  return isBroken ? (
    <span class="train-thumbnail train-broken" role="img" aria-label={`${example.name}, which cannot be shown`}>
      ×
    </span>
  ) : (
    <canvas ref={canvas} class="train-thumbnail" width={side} height={side} role="img" aria-label={example.name} />
  );
}
