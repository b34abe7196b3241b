import { describe, expect, it } from '@jest/globals';
import { levels } from '@kaleido/layout';
import fc from 'fast-check';
import { type AlignedProduct, alignmentFigures, type Rectangle, showsPart } from './alignment-figures.ts';

/** The 55 patches of a box of 60 x 60. */
const patches: Rectangle[] = levels.flatMap(({ scale }) =>
  Array.from({ length: scale * scale }, (_, at) => {
    const side = 60 / scale;
    const [row, column] = [Math.floor(at / scale), at % scale];
    return { x0: column * side, y0: row * side, x1: (column + 1) * side, y1: (row + 1) * side };
  }),
);
/** The top left ninth of the box. */
const corner = { x0: 0, y0: 0, x1: 20, y1: 20 };
const product = (pairs: AlignedProduct['pairs'], boxes: readonly Rectangle[] = [corner]): AlignedProduct => ({
  patches,
  pairs,
  mentions: [{ tokens: [3, 4], boxes }],
});
const pair = (token: number, patch: number, weight: number) => ({ token, patch, weight });

describe('alignmentFigures', () => {
  it('takes the heaviest pair of the mention of each level', () => {
    const pairs = [pair(3, 30, 0.5), pair(4, 54, 0.4), pair(3, 14, 0.2), pair(4, 29, 0.3), pair(9, 54, 1)];
    expect(alignmentFigures([product(pairs)])).toMatchObject({ mentions: 1, aligned: 100, level4: 0, level5: 100 });
    // Level 3 has no pair: wrong of all, unknown of the aligned.
    const figures = alignmentFigures([product(pairs), product([pair(3, 5, 1)])]);
    expect(figures).toMatchObject({ level3: 50, ofAligned: { level3: 100, level4: 0, level5: 100 } });
  });

  it('counts a mention without pairs as wrong', () => {
    const figures = alignmentFigures([product([]), product([pair(4, 30, 1)])]);
    expect(figures).toMatchObject({ mentions: 2, aligned: 50, level5: 50, ofAligned: { level5: 100 } });
  });

  it('says what a random patch reaches, and what is possible', () => {
    const { random, randomByLevel, possible } = alignmentFigures([product([])]);
    // Of level 3 the first ninth; of level 4 the first 15 x 15; of level 5 the first 12 x 12 and its two neighbours, of
    // which two thirds lie in the corner.
    expect(randomByLevel.level3).toBeCloseTo(100 / 9);
    expect(randomByLevel.level4).toBeCloseTo(100 / 16);
    expect(random).toBeCloseTo(300 / 25);
    expect(possible).toEqual({ level3: 100, level4: 100, level5: 100 });
    const outside = { x0: 100, y0: 100, x1: 110, y1: 110 };
    expect(alignmentFigures([product([], [outside])])).toMatchObject({ random: 0, possible: { level5: 0 } });
  });

  it('is 100 for an aligner that knows, and equal to random for each patch once', () => {
    const box = fc.record({
      x: fc.integer({ min: 0, max: 50 }),
      y: fc.integer({ min: 0, max: 50 }),
      width: fc.integer({ min: 1, max: 30 }),
      height: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(box, ({ x, y, width, height }) => {
        const boxes = [{ x0: x, y0: y, x1: x + width, y1: y + height }];
        const right = patches.flatMap((patch, at) => (at >= 5 && showsPart(patch, boxes[0]!) ? [pair(3, at, 1)] : []));
        const known = alignmentFigures([product(right, boxes)]);
        expect(known).toMatchObject(known.possible);
        const each = Array.from({ length: 25 }, (_, at) => product([pair(3, 30 + at, 1)], boxes));
        expect(alignmentFigures(each).level5).toBeCloseTo(known.random);
      }),
    );
  });
});
