import type { FeaturePart } from '../../engine/feature-parts.ts';

type Part<Kind extends FeaturePart['kind']> = Extract<FeaturePart, { readonly kind: Kind }>;

/** A colour of the histogram and its share of the patch. */
export interface ColourShare {
  /** For the histogram's bin, each 0..255: its darkest bin as 0 and its brightest as 255, so that white looks white. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** 0..1; all shares sum to 1 */
  readonly share: number;
}

/** The picture that the first numbers of a vector are, as RGBA. @param vector [F] */
export function pixelsOf(vector: Float32Array, { start, size }: Part<'pixels'>): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(size * size * 4);
  for (let pixel = 0; pixel < size * size; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * pixel + channel] = 255 * (vector[start + 3 * pixel + channel] ?? 0);
    rgba[4 * pixel + 3] = 255;
  }
  return rgba;
}

/** The colours of a patch, the largest share first; colours that it does not have are left out. @param vector [F] */
export function coloursOf(vector: Float32Array, { start, bins }: Part<'colours'>): ColourShare[] {
  const shade = (step: number): number => Math.round((step * 255) / Math.max(1, bins - 1));
  const colours: ColourShare[] = [];
  for (let bin = 0; bin < bins ** 3; bin++) {
    // The vector holds square roots of shares.
    const share = (vector[start + bin] ?? 0) ** 2;
    if (share === 0) continue;
    colours.push({
      red: shade(Math.floor(bin / bins ** 2)),
      green: shade(Math.floor(bin / bins) % bins),
      blue: shade(bin % bins),
      share,
    });
  }
  return colours.sort((a, b) => b.share - a.share);
}

/** An edge as a short line in a square of `cells` x `cells`. */
export interface EdgeLine {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** 0..1 */
  readonly strength: number;
}

/** Below this strength an edge is not drawn at full length, even if it is the strongest: a plain patch looks plain. */
const faint = 0.25;

/** The edges of a patch: a line for each cell and direction, as long as it is strong among them. @param vector [F] */
export function edgesOf(vector: Float32Array, { start, cells, directions }: Part<'edges'>): EdgeLine[] {
  const lines: EdgeLine[] = [];
  const strongest = Math.max(faint, ...vector.subarray(start, start + cells * cells * directions));
  for (let cell = 0; cell < cells * cells; cell++)
    for (let direction = 0; direction < directions; direction++) {
      const strength = vector[start + cell * directions + direction] ?? 0;
      // The colours change in this direction, so that the edge runs across it.
      const angle = (direction * Math.PI) / directions + Math.PI / 2;
      const [x, y] = [(cell % cells) + 0.5, Math.floor(cell / cells) + 0.5];
      const [right, down] = [Math.cos(angle), Math.sin(angle)].map((part) => (0.46 * part * strength) / strongest) as [
        number,
        number,
      ];
      if (strength > 0) lines.push({ x1: x - right, y1: y - down, x2: x + right, y2: y + down, strength });
    }
  return lines;
}
