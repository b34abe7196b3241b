import type { Size } from '../box.ts';
import { wholeImage } from '../image/rgb-image.ts';
import type { ForegroundBox, ForegroundFallback } from './foreground-finder.ts';

/** A network's output for each cell of its grid. */
export interface SaliencyMask extends Size {
  /** 0 (background) to 1 (object), [height * width]. */
  readonly shares: Float32Array;
}

export interface ObjectInMaskOptions {
  /** Share from which a cell counts as object, 0..1. Default 0.5: object and background equally likely. */
  readonly threshold?: number;
  /**
   * Margin around the object, as a share of the longer side of its box. Default 0.03, as for the background colour:
   * seams are not cut off.
   */
  readonly padding?: number;
  /**
   * Parts that are not connected to the largest stay if they have this share of its area. Default 0.1: the second shoe
   * stays, a logo in the corner is dropped. 0 keeps all.
   */
  readonly keep?: number;
  /** Whether the box comes with its mask, in the size of the picture. Default false. */
  readonly cutOut?: boolean;
}

export const defaultMaskOptions: Required<ObjectInMaskOptions> = {
  threshold: 0.5,
  padding: 0.03,
  keep: 0.1,
  cutOut: false,
};

/** Smallest and largest share of the picture that an object covers; otherwise the whole picture is taken. */
const [leastObject, mostObject] = [0.005, 0.985];

/** The object that a mask shows: its large connected parts, their box in the picture, and a margin around it. */
export function objectInMask(mask: SaliencyMask, image: Size, options: ObjectInMaskOptions = {}): ForegroundBox {
  const { threshold, padding, keep, cutOut } = { ...defaultMaskOptions, ...options };
  const { width, height, shares } = mask;
  const parts = connectedParts(mask, threshold);
  const largest = Math.max(0, ...parts.areas);
  const isKept = (at: number): boolean => {
    const part = parts.labels[at]!;
    return part > 0 && parts.areas[part - 1]! >= keep * largest;
  };
  let [x0, y0, x1, y1, area] = [width, height, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isKept(y * width + x)) continue;
      x0 = Math.min(x0, x);
      y0 = Math.min(y0, y);
      x1 = Math.max(x1, x + 1);
      y1 = Math.max(y1, y + 1);
      area += 1;
    }
  }
  const covered = area / (width * height);
  if (covered < leastObject) return nothing(image, 'nothing found');
  if (covered > mostObject) return nothing(image, 'everything found');

  const [across, down] = [image.width / width, image.height / height];
  const margin = padding * Math.max((x1 - x0) * across, (y1 - y0) * down);
  const box = {
    x0: Math.max(0, Math.floor(x0 * across - margin)),
    y0: Math.max(0, Math.floor(y0 * down - margin)),
    x1: Math.min(image.width, Math.ceil(x1 * across + margin)),
    y1: Math.min(image.height, Math.ceil(y1 * down + margin)),
    coverage: area / ((x1 - x0) * (y1 - y0)),
  };
  if (!cutOut) return box;
  const kept = shares.map((share, at) => (share < threshold || isKept(at) ? share : 0));
  const large = enlargeMask({ width, height, shares: kept }, image);
  return { ...box, mask: Uint8Array.from(large, (share) => (share >= threshold ? 1 : 0)) };
}

function nothing(image: Size, fallback: ForegroundFallback): ForegroundBox {
  return { ...wholeImage(image), fallback };
}

/** Labels from 1 for cells connected by a side, 0 for the background, and each label's area. */
function connectedParts(
  { width, height, shares }: SaliencyMask,
  threshold: number,
): { readonly labels: Int32Array; readonly areas: readonly number[] } {
  const labels = new Int32Array(width * height);
  const areas: number[] = [];
  const waiting: number[] = [];
  const visit = (at: number, label: number): void => {
    if (labels[at] !== 0 || !(shares[at]! >= threshold)) return;
    labels[at] = label;
    waiting.push(at);
  };
  for (let start = 0; start < labels.length; start++) {
    const label = areas.length + 1;
    visit(start, label);
    if (waiting.length === 0) continue;
    let area = 0;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      area += 1;
      const x = at % width;
      if (x > 0) visit(at - 1, label);
      if (x < width - 1) visit(at + 1, label);
      if (at >= width) visit(at - width, label);
      if (at < width * (height - 1)) visit(at + width, label);
    }
    areas.push(area);
  }
  return { labels, areas };
}

/** A mask in the size of its picture: bilinear between the centres of its cells. */
export function enlargeMask({ width, height, shares }: SaliencyMask, to: Size): Float32Array {
  const large = new Float32Array(to.width * to.height);
  const columns = places(width, to.width);
  const rows = places(height, to.height);
  for (let y = 0; y < to.height; y++) {
    const { first: above, second: below, share: down } = rows[y]!;
    for (let x = 0; x < to.width; x++) {
      const { first, second, share } = columns[x]!;
      const top = shares[above * width + first]! * (1 - share) + shares[above * width + second]! * share;
      const bottom = shares[below * width + first]! * (1 - share) + shares[below * width + second]! * share;
      large[y * to.width + x] = top * (1 - down) + bottom * down;
    }
  }
  return large;
}

function places(from: number, to: number): { first: number; second: number; share: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const first = Math.floor(at);
    return { first, second: Math.min(from - 1, first + 1), share: at - first };
  });
}
