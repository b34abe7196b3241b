import type { Box } from '@kaleido/kaleido-patches';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DrawnPicture } from '../../parts/drawn-picture.ts';

interface PatchGridProps {
  readonly picture: DrawnPicture | undefined;
  readonly box: Box | undefined;
  /** k: the box is drawn as k x k patches with gaps between them. */
  readonly scale: number;
  /** The longest side in pixels of the canvas. */
  readonly side?: number;
  readonly class?: string;
}

/** A part of a photograph, cut into patches. */
export function PatchGrid({ picture, box, scale, side = 240, class: className }: PatchGridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [wide, high] = box === undefined ? [1, 1] : [box.x1 - box.x0, box.y1 - box.y0];
  const longest = Math.max(wide, high);
  const width = Math.max(12, Math.round((side * wide) / longest));
  const height = Math.max(12, Math.round((side * high) / longest));
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    context.clearRect(0, 0, width, height);
    if (picture === undefined || box === undefined) return;
    const gap = scale === 1 ? 0 : Math.min(side / 60, width / (4 * scale), height / (4 * scale));
    const [cellWidth, cellHeight] = [(width - gap * (scale - 1)) / scale, (height - gap * (scale - 1)) / scale];
    for (let row = 0; row < scale; row++)
      for (let column = 0; column < scale; column++)
        context.drawImage(
          picture.canvas,
          (box.x0 + (column * wide) / scale) * picture.scale,
          (box.y0 + (row * high) / scale) * picture.scale,
          (wide / scale) * picture.scale,
          (high / scale) * picture.scale,
          column * (cellWidth + gap),
          row * (cellHeight + gap),
          cellWidth,
          cellHeight,
        );
  }, [picture?.canvas, box?.x0, box?.y0, box?.x1, box?.y1, scale, width, height]);
  return <canvas ref={canvas} width={width} height={height} class={className} />;
}
