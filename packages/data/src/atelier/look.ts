import type { RandomStream } from '@kaleido/foundation';
import type { ProductFeatures } from './features.ts';
import type { MotifName } from './motifs.ts';
import type { Fold, Sketch } from './sketch.ts';

export type Department = 'women' | 'men' | 'girls' | 'boys' | 'unisex';

/** The two sides a drawing may show; other views are these, turned or enlarged. */
export type Facing = 'front' | 'back';

/** What a drawing needs to know about a product in addition to its cloth. */
export interface Look {
  readonly features: ProductFeatures;
  readonly department: Department;
  readonly facing: Facing;
  readonly motif?: MotifName;
  /** For what differs from piece to piece, such as folds. */
  readonly random: RandomStream;
}

/** Draws one kind of thing in centimetres. */
export type Drawing = (sketch: Sketch, look: Look) => void;

/** A random number near the given one: at most that share of it away. */
export function around(random: RandomStream, value: number, share = 0.05): number {
  return value * (1 + (random.uniform() * 2 - 1) * share);
}

/** Folds of hanging cloth between two heights, spread over a half width; they lean to the side they are on. */
export function hangingFolds(
  random: RandomStream,
  count: number,
  halfWidth: number,
  top: number,
  bottom: number,
  strength = 1,
): Fold[] {
  const folds: Fold[] = [];
  for (let i = 0; i < count; i++) {
    const x = ((i + 0.2 + random.uniform() * 0.6) / count) * 2 * halfWidth - halfWidth;
    const length = (bottom - top) * (0.55 + random.uniform() * 0.5);
    const y = top + (bottom - top) * (0.35 + random.uniform() * 0.4);
    const turn = -(x / halfWidth) * 7 + (random.uniform() - 0.5) * 6;
    const width = halfWidth * (0.05 + random.uniform() * 0.09);
    folds.push({ x, y, length, width, turn, strength: -strength * (0.6 + random.uniform() * 0.5) });
    folds.push({ x: x + width * 1.3, y, length: length * 0.9, width: width * 0.9, turn, strength: strength * 0.9 });
  }
  return folds;
}

/** Creases that run from a point where cloth is pulled, such as an armpit or a crotch, towards another place. */
export function pulledFolds(
  random: RandomStream,
  x: number,
  y: number,
  turn: number,
  length: number,
  count = 2,
  strength = 0.9,
): Fold[] {
  const folds: Fold[] = [];
  for (let i = 0; i < count; i++) {
    const lean = turn + (i - (count - 1) / 2) * 16 + (random.uniform() - 0.5) * 8;
    const angle = (lean * Math.PI) / 180;
    const reach = length * (0.75 + random.uniform() * 0.4);
    // A fold's turn leans its upper end to the right: its middle is half its length down from the pulled point.
    const [middleX, middleY] = [x - (Math.sin(-angle) * reach) / 2, y + (Math.cos(angle) * reach) / 2];
    folds.push({ x: middleX, y: middleY, length: reach, width: reach * 0.13, turn: -lean, strength: -strength });
    folds.push({
      x: middleX + reach * 0.1,
      y: middleY,
      length: reach * 0.85,
      width: reach * 0.1,
      turn: -lean,
      strength: strength * 0.7,
    });
  }
  return folds;
}
