import { levels as allLevels, type LevelScale } from '@kaleido/layout';
import type { Box, Size } from './box.ts';
import { resizeImage } from './image/resize-image.ts';
import { type RgbImage, wholeImage } from './image/rgb-image.ts';
import type { KaleidoPatch } from './kaleido-patches.ts';

export interface DrawPatchesOptions {
  /** Side of each part of the drawing in pixels, from 40. Default 160: a row of six parts is as wide as a report. */
  readonly side?: number;
  /** Which levels are drawn after the picture. Default all five. */
  readonly levels?: readonly LevelScale[];
  /** [height * width] of the picture, 1 on the object. Pixels outside it are dimmed. */
  readonly mask?: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];

const paper: Colour = [216, 216, 212];
/** Colour of the box: a red that few garments have from edge to edge. */
const line: Colour = [226, 36, 72];

/**
 * Draws the result of the patch generator: the photograph with the object's box (and its mask), then the patches of
 * each level with gaps, left to right. For reports and pages. Save it with any image library in Node, or show it on a
 * canvas in a browser.
 * @returns (1 + levels) * side wide, side high
 */
export function drawPatches(
  image: RgbImage,
  patches: readonly KaleidoPatch[],
  { side = 160, levels = allLevels.map(({ scale }) => scale), mask }: DrawPatchesOptions = {},
): RgbImage {
  const canvas = new Canvas({ width: (1 + levels.length) * side, height: side });
  const room = side - 2 * margin;
  const whole = patches.find(({ level }) => level === 1)?.box ?? wholeImage(image);
  const shown = fit(image, room);
  const dimmed = mask === undefined ? image : dim(image, mask);
  const left = margin + Math.floor((room - shown.width) / 2);
  const top = margin + Math.floor((room - shown.height) / 2);
  canvas.put(resizeImage(dimmed, wholeImage(image), shown), left, top);
  const [across, down] = [shown.width / image.width, shown.height / image.height];
  canvas.frame({
    x0: left + Math.round(whole.x0 * across),
    y0: top + Math.round(whole.y0 * down),
    // The box of a picture smaller than five pixels extends past its edge.
    x1: left + Math.round(Math.min(image.width, whole.x1) * across),
    y1: top + Math.round(Math.min(image.height, whole.y1) * down),
  });

  const size = fit({ width: whole.x1 - whole.x0, height: whole.y1 - whole.y0 }, room);
  for (const [index, level] of levels.entries()) {
    const x0 = (1 + index) * side + margin + Math.floor((room - size.width) / 2);
    const y0 = margin + Math.floor((room - size.height) / 2);
    const edge = (length: number, at: number): number => Math.round((length * at) / level);
    for (const { level: of, row, column, box } of patches) {
      if (of !== level) continue;
      const cell = {
        width: edge(size.width, column + 1) - edge(size.width, column) - (level > 1 ? gap : 0),
        height: edge(size.height, row + 1) - edge(size.height, row) - (level > 1 ? gap : 0),
      };
      // A very thin box may leave no room between the gaps.
      if (cell.width < 1 || cell.height < 1) continue;
      canvas.put(resizeImage(image, box, cell), x0 + edge(size.width, column), y0 + edge(size.height, row));
    }
  }
  return canvas.picture;
}

const margin = 6;
const gap = 3;

/** The largest size with that aspect ratio and no side above `room`. */
function fit({ width, height }: Size, room: number): Size {
  const scale = room / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Fades pixels outside the mask towards the background colour. */
function dim({ width, height, data }: RgbImage, mask: Uint8Array): RgbImage {
  const dimmed = data.map((value, i) => (mask[Math.floor(i / 3)] === 0 ? 0.25 * value + 0.75 * paper[i % 3]! : value));
  return { width, height, data: dimmed };
}

class Canvas {
  readonly picture: RgbImage;

  constructor({ width, height }: Size) {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < data.length; i += 3) data.set(paper, i);
    this.picture = { width, height, data };
  }

  put({ width, height, data }: RgbImage, left: number, top: number): void {
    for (let y = 0; y < height; y++)
      this.picture.data.set(
        data.subarray(3 * y * width, 3 * (y + 1) * width),
        3 * ((top + y) * this.picture.width + left),
      );
  }

  /** Draws a line two pixels wide along the inside of a box. */
  frame({ x0, y0, x1, y1 }: Box): void {
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) {
        const isInner = x >= x0 + 2 && x < x1 - 2 && y >= y0 + 2 && y < y1 - 2;
        if (!isInner) this.picture.data.set(line, 3 * (y * this.picture.width + x));
      }
  }
}
