import { useMemo } from 'preact/hooks';
import type { Seen } from '../../engine/engine-api.ts';
import { sampleMask } from '../../parts/drawn-picture.ts';
import { HeatCanvas } from '../../parts/heat-canvas.tsx';

const longestSide = 320;

/** The mask: the product dark, the ground bright. Nothing while it is unknown, or where the model cuts nothing out. */
export function Silhouette({ seen }: { readonly seen: Seen | undefined }) {
  const mask = seen?.mask;
  const shrink = seen === undefined ? 1 : Math.min(1, longestSide / Math.max(seen.width, seen.height));
  const width = Math.max(1, Math.round((seen?.width ?? 1) * shrink));
  const height = Math.max(1, Math.round((seen?.height ?? 1) * shrink));
  const sampled = useMemo(
    () => (mask === undefined || seen === undefined ? undefined : sampleMask(mask, seen, { width, height })),
    [mask],
  );
  return (
    <HeatCanvas class="way-in-silhouette" values={sampled} rows={height} columns={width} heat={(value) => value} />
  );
}

/** A photograph may have millions of pixels, and is counted once, not while its box is dragged. */
const shares = new WeakMap<Uint8Array, number>();

/** The share of the picture that the product takes, 0..1. */
export function shareOf(mask: Uint8Array): number {
  const known = shares.get(mask);
  if (known !== undefined) return known;
  let inside = 0;
  for (const value of mask) inside += value;
  shares.set(mask, inside / mask.length);
  return inside / mask.length;
}
