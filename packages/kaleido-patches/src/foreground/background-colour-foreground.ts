import { resizeImage } from '../image/resize-image.ts';
import { type RgbImage, wholeImage } from '../image/rgb-image.ts';
import type { ForegroundBox, ForegroundFinder } from './foreground-finder.ts';

export interface BackgroundColourOptions {
  /**
   * Smallest colour distance from the background that counts as object, in CIE Lab units (2 is barely visible).
   * Default 6: above JPEG noise on white, below the shading of a white shirt.
   */
  readonly threshold?: number;
  /** Margin around the object, as a share of the longer side of its box. Default 0.03: seams are not cut off. */
  readonly padding?: number;
  /**
   * Whether the background is painted white, so that a garment in front of a blue wall looks as in a studio. Default
   * false: the paper uses studio photographs, and its patches keep the garment's surroundings.
   */
  readonly cutOut?: boolean;
}

/** The search runs on a picture reduced to this longer side: specks vanish, and large pictures take no longer. */
const workingSize = 160;
/** Share of the picture, at each side, that is sampled for the background's colour. */
const borderShare = 0.03;
/** A side whose colours are within this distance (Lab, median) is background; cloth and rooms vary more. */
const plainSpread = 7;
/** Sides whose colours are within this distance belong to one unevenly lit background. */
const sameBackground = 22;
/** Least share of the picture that an object covers, and of a row or column for it to belong to the box. */
const leastCoverage = 0.005;
const leastOccupancy = 0.012;
/** If more than this share differs from the sides, they are not background. */
const mostCoverage = 0.985;

type Lab = readonly [number, number, number];

/**
 * Finds the object by its difference from the background's colour, which is estimated from the picture's four sides.
 *
 * Each side gives a median colour and a spread. The plain sides with similar colours make up the background. Every
 * colour between two of them is background too, to allow for uneven light. Pixels further away than the threshold are
 * object; single ones and thin rows or columns are dropped. The result is the whole picture if no side is plain (a
 * cluttered scene), or if nothing or nearly everything is object.
 */
export function backgroundColourForeground(options: BackgroundColourOptions = {}): ForegroundFinder {
  const { threshold = 6, padding = 0.03, cutOut = false } = options;
  return {
    name: 'background-colour',
    settings: { threshold, padding, ...(cutOut ? { cutOut } : {}) },
    find: async (image) => findObject(image, threshold, padding, cutOut),
  };
}

function findObject(image: RgbImage, threshold: number, padding: number, cutOut: boolean): ForegroundBox {
  const scale = Math.min(1, workingSize / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const lab = toLab(scale === 1 ? image : resizeImage(image, wholeImage(image), { width, height }));
  const background = backgroundColours(lab, width, height);
  if (background === undefined) return { ...wholeImage(image), fallback: 'no plain background' };

  const limit = Math.max(threshold, 3 * background.spread);
  const mask = withoutSpecks(objectMask(lab, background.colours, limit), width, height);
  const rows = new Int32Array(height);
  const columns = new Int32Array(width);
  let total = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] === 0) continue;
      rows[y]! += 1;
      columns[x]! += 1;
      total += 1;
    }
  }
  const notFound = { ...wholeImage(image), fallback: 'nothing found' } as const;
  if (total < leastCoverage * width * height) return notFound;
  if (total > mostCoverage * width * height) return { ...wholeImage(image), fallback: 'everything found' };
  const vertical = occupiedSpan(rows, leastOccupancy * width);
  const horizontal = occupiedSpan(columns, leastOccupancy * height);
  if (vertical === undefined || horizontal === undefined) return notFound;

  const area = (vertical[1] - vertical[0]) * (horizontal[1] - horizontal[0]);
  const margin =
    padding *
    Math.max(
      image.width * ((horizontal[1] - horizontal[0]) / width),
      image.height * ((vertical[1] - vertical[0]) / height),
    );
  const [x0, x1] = inImage(horizontal, image.width / width, margin, image.width);
  const [y0, y1] = inImage(vertical, image.height / height, margin, image.height);
  const found = { x0, y0, x1, y1, coverage: Math.min(1, total / area) };
  return cutOut ? { ...found, mask: enlarge(withoutHoles(mask, width, height), width, height, image) } : found;
}

/** Lab values, [pixels, 3], of sRGB under D65. */
function toLab({ data }: RgbImage): Float32Array {
  const lab = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    // Backgrounds repeat one colour from pixel to pixel.
    if (i > 0 && data[i] === data[i - 3] && data[i + 1] === data[i - 2] && data[i + 2] === data[i - 1]) {
      lab[i] = lab[i - 3]!;
      lab[i + 1] = lab[i - 2]!;
      lab[i + 2] = lab[i - 1]!;
      continue;
    }
    const red = data[i]!;
    const green = 256 + data[i + 1]!;
    const blue = 512 + data[i + 2]!;
    const x = cubeRoot(xShares[red]! + xShares[green]! + xShares[blue]!);
    const y = cubeRoot(yShares[red]! + yShares[green]! + yShares[blue]!);
    const z = cubeRoot(zShares[red]! + zShares[green]! + zShares[blue]!);
    lab[i] = 116 * y - 16;
    lab[i + 1] = 500 * (x - y);
    lab[i + 2] = 200 * (y - z);
  }
  return lab;
}

const linear: Float64Array = Float64Array.from({ length: 256 }, (_, level) => {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Contribution of each level of red, green and blue to CIE X, Y or Z, as shares of white under D65: [3 * 256]. */
function sharesOf(red: number, green: number, blue: number, white: number): Float64Array {
  return Float64Array.from({ length: 768 }, (_, i) => ([red, green, blue][i >> 8]! * linear[i & 255]!) / white);
}

const xShares: Float64Array = sharesOf(0.4124564, 0.3575761, 0.1804375, 0.95047);
const yShares: Float64Array = sharesOf(0.2126729, 0.7151522, 0.072175, 1);
const zShares: Float64Array = sharesOf(0.0193339, 0.119192, 0.9503041, 1.08883);

/** Steps of the table of Lab's cube root; linear interpolation between two is off by less than 1e-5. */
const rootSteps = 8192;

const roots: Float64Array = Float64Array.from({ length: rootSteps + 2 }, (_, step) => {
  const value = step / rootSteps;
  return value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116;
});

function cubeRoot(value: number): number {
  const place = Math.min(rootSteps, value * rootSteps);
  const step = place | 0;
  const before = roots[step]!;
  return before + (place - step) * (roots[step + 1]! - before);
}

/** The colours of the background sides, and the spread of their pixels; undefined if no side is plain. */
function backgroundColours(
  lab: Float32Array,
  width: number,
  height: number,
): { readonly colours: readonly Lab[]; readonly spread: number } | undefined {
  const deep = Math.max(1, Math.round(borderShare * Math.min(width, height)));
  const sides = [
    sideColour(lab, width, 0, 0, width, deep),
    sideColour(lab, width, 0, height - deep, width, height),
    sideColour(lab, width, 0, 0, deep, height),
    sideColour(lab, width, width - deep, 0, width, height),
  ].filter(({ spread }) => spread <= plainSpread);
  // Groups each plain side with similar sides. The largest group is the background; of equal ones, the plainer.
  const groups = sides.map((side) => sides.filter((other) => distance(side.colour, other.colour) <= sameBackground));
  const spreadOf = (group: typeof sides): number => Math.max(...group.map(({ spread }) => spread));
  const [largest] = groups.sort((a, b) => b.length - a.length || spreadOf(a) - spreadOf(b));
  if (largest === undefined) return undefined;
  return { colours: largest.map(({ colour }) => colour), spread: spreadOf(largest) };
}

/** Median colour of a strip, channel by channel, and the median distance of its pixels from it. */
function sideColour(
  lab: Float32Array,
  width: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): { readonly colour: Lab; readonly spread: number } {
  const count = (y1 - y0) * (x1 - x0);
  const values = [0, 1, 2].map((channel) => {
    const strip = new Float32Array(count);
    let to = 0;
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) strip[to++] = lab[3 * (y * width + x) + channel]!;
    return strip;
  }) as [Float32Array, Float32Array, Float32Array];
  const colour: Lab = [median(values[0].slice()), median(values[1].slice()), median(values[2].slice())];
  const strays = new Float32Array(count);
  for (let i = 0; i < count; i++)
    strays[i] = Math.sqrt(
      (values[0][i]! - colour[0]) ** 2 + (values[1][i]! - colour[1]) ** 2 + (values[2][i]! - colour[2]) ** 2,
    );
  return { colour, spread: median(strays) };
}

/** The median, the upper one of two. Reorders the values (Hoare's quickselect). */
function median(values: Float32Array): number {
  const middle = values.length >> 1;
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const swapped = values[left]!;
      values[left++] = values[right]!;
      values[right--] = swapped;
    }
    if (middle <= right) high = right;
    else if (middle >= left) low = left;
    else break;
  }
  return values[middle]!;
}

function distance(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** 1 if a pixel is further than `limit` from every line between two background colours. */
function objectMask(lab: Float32Array, colours: readonly Lab[], limit: number): Uint8Array {
  // Sides of equal colour, as usual in studios, give one line.
  const different = colours.filter((colour, i) => colours.findIndex((other) => distance(colour, other) === 0) === i);
  const pairs = different.flatMap((start, i) => different.slice(i).map((end) => ({ start, end })));
  // Start, direction, and one over its squared length (0 for a point): seven numbers per line.
  const lines = Float64Array.from(
    pairs.flatMap(({ start, end }) => {
      const along: Lab = [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
      const squared = along[0] ** 2 + along[1] ** 2 + along[2] ** 2;
      return [...start, ...along, squared === 0 ? 0 : 1 / squared];
    }),
  );
  const nearEnough = limit * limit;
  const mask = new Uint8Array(lab.length / 3);
  for (let i = 0, at = 0; i < mask.length; i++, at += 3) {
    const l = lab[at]!;
    const a = lab[at + 1]!;
    const b = lab[at + 2]!;
    if (i > 0 && l === lab[at - 3] && a === lab[at - 2] && b === lab[at - 1]) {
      mask[i] = mask[i - 1]!;
      continue;
    }
    let isObject = 1;
    for (let line = 0; line < lines.length; line += 7) {
      let dl = l - lines[line]!;
      let da = a - lines[line + 1]!;
      let db = b - lines[line + 2]!;
      const inverse = lines[line + 6]!;
      if (inverse > 0) {
        const alongL = lines[line + 3]!;
        const alongA = lines[line + 4]!;
        const alongB = lines[line + 5]!;
        const share = Math.min(1, Math.max(0, (dl * alongL + da * alongA + db * alongB) * inverse));
        dl -= share * alongL;
        da -= share * alongA;
        db -= share * alongB;
      }
      if (dl * dl + da * da + db * db > nearEnough) continue;
      isObject = 0;
      break;
    }
    mask[i] = isObject;
  }
  return mask;
}

/** Keeps pixels with at least three neighbours of the same kind: a strap two pixels wide stays, dust is removed. */
function withoutSpecks(mask: Uint8Array, width: number, height: number): Uint8Array {
  // Sums of three adjacent pixels in each row, then of three rows.
  const sums = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++)
      sums[row + x] = mask[row + x]! + (x > 0 ? mask[row + x - 1]! : 0) + (x < width - 1 ? mask[row + x + 1]! : 0);
  }
  const kept = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    const around =
      sums[at]! + (at >= width ? sums[at - width]! : 0) + (at + width < mask.length ? sums[at + width]! : 0);
    // The sum includes the pixel itself.
    kept[at] = around >= 4 ? 1 : 0;
  }
  return kept;
}

/**
 * All but the background connected to the picture's sides: spots of the wall's colour in a garment stay.
 * A pixel next to the object stays too, because at a smooth edge half of it is object.
 */
function withoutHoles(mask: Uint8Array, width: number, height: number): Uint8Array {
  const outside = new Uint8Array(mask.length);
  /** Each pixel waits once at most. */
  const waiting = new Int32Array(mask.length);
  let count = 0;
  const visit = (at: number): void => {
    if (mask[at] === 1 || outside[at] === 1) return;
    outside[at] = 1;
    waiting[count++] = at;
  };
  for (let x = 0; x < width; x++) {
    visit(x);
    visit((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    visit(y * width);
    visit(y * width + width - 1);
  }
  while (count > 0) {
    const at = waiting[--count]!;
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at + width < mask.length) visit(at + width);
  }
  const kept = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) {
    const x = at % width;
    const stays =
      outside[at] === 0 ||
      (x > 0 && mask[at - 1] === 1) ||
      (x < width - 1 && mask[at + 1] === 1) ||
      (at >= width && mask[at - width] === 1) ||
      (at + width < mask.length && mask[at + width] === 1);
    kept[at] = stays ? 1 : 0;
  }
  return kept;
}

/** Enlarges the mask of the reduced picture to the full size, by nearest neighbour. */
function enlarge(mask: Uint8Array, width: number, height: number, to: RgbImage): Uint8Array {
  if (width === to.width && height === to.height) return mask;
  const large = new Uint8Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    const row = Math.floor(((y + 0.5) * height) / to.height) * width;
    for (let x = 0; x < to.width; x++)
      large[y * to.width + x] = mask[row + Math.floor(((x + 0.5) * width) / to.width)]!;
  }
  return large;
}

/** From the first line with enough object to past the last; undefined if there is none. */
function occupiedSpan(counts: Int32Array, least: number): readonly [number, number] | undefined {
  const enough = (count: number): boolean => count > 0 && count >= least;
  const first = counts.findIndex(enough);
  return first < 0 ? undefined : [first, counts.findLastIndex(enough) + 1];
}

/** A span of the reduced picture in pixels of the full one, with its margin, cut at the picture's edges. */
function inImage(
  [start, end]: readonly [number, number],
  scale: number,
  margin: number,
  size: number,
): readonly [number, number] {
  return [Math.max(0, Math.floor(start * scale - margin)), Math.min(size, Math.ceil(end * scale + margin))];
}
