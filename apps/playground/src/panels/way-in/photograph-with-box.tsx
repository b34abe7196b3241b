import type { Box } from '@kaleido/kaleido-patches';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DrawnPicture } from '../../parts/drawn-picture.ts';

/** A photograph with the box drawn on it. */
export function PhotographWithBox({
  picture,
  box,
}: {
  readonly picture: DrawnPicture | undefined;
  readonly box: Box | undefined;
}) {
  return (
    <span class="way-in-boxed">
      <PictureCanvas picture={picture} />
      {picture !== undefined && box !== undefined && (
        <svg viewBox={`0 0 ${picture.size.width} ${picture.size.height}`} aria-hidden="true">
          <rect x={box.x0} y={box.y0} width={box.x1 - box.x0} height={box.y1 - box.y0} />
        </svg>
      )}
    </span>
  );
}

/** A picture as it is, on a canvas of its own. */
export function PictureCanvas({ picture }: { readonly picture: DrawnPicture | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const source = picture?.canvas;
  useLayoutEffect(() => {
    if (source !== undefined) canvas.current?.getContext('2d')?.drawImage(source, 0, 0);
  }, [source]);
  return <canvas ref={canvas} width={source?.width ?? 1} height={source?.height ?? 1} />;
}
