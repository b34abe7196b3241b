import type { Box } from '@kaleido/kaleido-patches';
import { useEffect, useRef } from 'preact/hooks';
import type { DrawnPicture } from '../../parts/drawn-picture.ts';

/** What is painted over a part of a piece. */
export interface Overlay {
  /** In pixels of the photograph. */
  readonly region: Box;
  readonly paint:
    | { readonly kind: 'grey' }
    | { readonly kind: 'blank' }
    /** [size, size, 3], about 0..1 */
    | { readonly kind: 'picture'; readonly size: number; readonly values: Float32Array };
}

interface PieceProps {
  /** Undefined leaves the room empty. */
  readonly from: DrawnPicture | undefined;
  readonly region: Box | undefined;
  readonly overlays?: readonly Overlay[];
  /** What it shows, for those who do not see it; '' if the text around says it. */
  readonly label: string;
  /** Quarter turns clockwise. */
  readonly turns?: number;
}

/** A part of a photograph. It fills the element that it is in. */
export function Piece({ from, region, overlays, label, turns = 0 }: PieceProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, from, region, overlays ?? []);
  }, [from, boxName(region), overlays]);
  return (
    <canvas
      ref={canvas}
      class="puzzles-piece"
      style={turns === 0 ? undefined : { transform: `rotate(${turns * 90}deg)` }}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

const boxName = (box: Box | undefined): string => (box === undefined ? '' : Object.values(box).join(' '));

function draw(
  canvas: HTMLCanvasElement,
  from: DrawnPicture | undefined,
  region: Box | undefined,
  overlays: readonly Overlay[],
): void {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return;
  if (from === undefined || region === undefined) {
    context.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  const { scale } = from;
  // Small photographs are drawn larger, so that patches painted over them keep their edges.
  const size = Math.max(1, 480 / (Math.max(region.x1 - region.x0, region.y1 - region.y0) * scale)) * scale;
  canvas.width = Math.max(1, Math.round((region.x1 - region.x0) * size));
  canvas.height = Math.max(1, Math.round((region.y1 - region.y0) * size));
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    from.canvas,
    region.x0 * scale,
    region.y0 * scale,
    (region.x1 - region.x0) * scale,
    (region.y1 - region.y0) * scale,
    0,
    0,
    canvas.width,
    canvas.height,
  );
  for (const { region: part, paint } of overlays) {
    const [x, y] = [Math.round((part.x0 - region.x0) * size), Math.round((part.y0 - region.y0) * size)];
    const width = Math.max(1, Math.round((part.x1 - region.x0) * size) - x);
    const height = Math.max(1, Math.round((part.y1 - region.y0) * size) - y);
    if (paint.kind === 'grey') greyOut(context, x, y, width, height);
    else if (paint.kind === 'blank') blankOut(context, x, y, width, height);
    else context.drawImage(pictureOf(paint.values, paint.size), x, y, width, height);
  }
}

function greyOut(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  const pixels = context.getImageData(x, y, width, height);
  for (let at = 0; at < pixels.data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = pixels.data.subarray(at, at + 3);
    // Weights of ITU-R BT.601, as the features of grey patches are made.
    pixels.data.fill(Math.round(0.299 * red + 0.587 * green + 0.114 * blue), at, at + 3);
  }
  context.putImageData(pixels, x, y);
}

/** A hatched hole: it looks like nothing in a photograph. */
function blankOut(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.fillStyle = '#e9e7e2';
  context.fillRect(x, y, width, height);
  context.strokeStyle = '#a9a49a';
  const step = Math.max(10, Math.min(width, height) / 7);
  context.lineWidth = step / 6;
  context.beginPath();
  for (let offset = -height; offset < width; offset += step) {
    context.moveTo(x + offset, y + height);
    context.lineTo(x + offset + height, y);
  }
  context.stroke();
  context.restore();
}

/** Plain pixels as a canvas, which can be drawn in any size. */
function pictureOf(values: Float32Array, size: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  const pixels = context?.createImageData(size, size);
  if (context === null || pixels === undefined) return canvas;
  for (let pixel = 0; pixel < size * size; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      pixels.data[4 * pixel + channel] = 255 * (values[3 * pixel + channel] ?? 0);
    pixels.data[4 * pixel + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}
