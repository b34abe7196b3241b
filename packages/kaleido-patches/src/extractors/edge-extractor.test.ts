import { describe, expect, it } from '@jest/globals';
import { randomStream } from '@kaleido/foundation';
import { featureSlotCount, featureSlots } from '@kaleido/layout';
import type { RgbImage } from '../image/rgb-image.ts';
import { kaleidoPatches } from '../kaleido-patches.ts';
import { edgeExtractor } from './edge-extractor.ts';

const side = 16; // the extractor works on 16 x 16 pixels, so nothing is resized
const patches = kaleidoPatches({ x0: 0, y0: 0, x1: side, y1: side });

function picture(colourAt: (row: number, column: number) => readonly [number, number, number]): RgbImage {
  const data = new Uint8Array(3 * side * side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) data.set(colourAt(row, column), 3 * (row * side + column));
  return { width: side, height: side, data };
}

async function edgesOf(image: RgbImage, slot = 0, options = {}): Promise<number[]> {
  const extractor = edgeExtractor(options);
  const features = await extractor.extract([{ image, patches }]);
  expect(features).toHaveLength(featureSlotCount * extractor.featureWidth);
  return [...features.subarray(slot * extractor.featureWidth, (slot + 1) * extractor.featureWidth)];
}

describe('edgeExtractor', () => {
  it('has a name, settings and a width', () => {
    expect(edgeExtractor()).toMatchObject({
      name: 'edges',
      settings: { cells: 4, directions: 4 },
      featureWidth: 64,
      precision: 'byte',
    });
    expect(edgeExtractor({ cells: 2, directions: 6 })).toMatchObject({ featureWidth: 24 });
  });

  it('measures an upright edge where it is, and in its direction alone', async () => {
    // Columns 8 and on are 51 levels lighter: the gradient at columns 7 and 8 is 0.2.
    const image = picture((_, column) => (column < 8 ? [100, 0, 0] : [151, 0, 0]));
    const edges = await edgesOf(image);
    const strength = Math.sqrt((4 * 0.2) / 16);
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 4; column++) {
        const cell = edges.slice(4 * (4 * row + column), 4 * (4 * row + column) + 4);
        const expected = column === 1 || column === 2 ? [strength, 0, 0, 0] : [0, 0, 0, 0];
        for (const [at, value] of cell.entries()) expect(value).toBeCloseTo(expected[at]!, 6);
      }
  });

  it('is the same for the negative, and for two colours that are as light', async () => {
    const light = (row: number): number => (row > 4 ? 200 : 120);
    const positive = await edgesOf(picture((row) => [light(row), 0, 0]));
    const negative = await edgesOf(picture((row) => [255 - light(row), 0, 0]));
    const colours = await edgesOf(picture((row) => [light(row), 255 - light(row), 0]));
    expect(Math.max(...positive)).toBeGreaterThan(0);
    for (const other of [negative, colours])
      for (const [at, value] of other.entries()) expect(value).toBeCloseTo(positive[at]!, 6);
  });

  it('takes the channel that changes most, the first of equal ones: kept features stay valid to the bit', async () => {
    /** The formula in plain words, without what makes the extractor fast. */
    const expected = ({ data }: RgbImage): Float32Array => {
      const cells = new Float32Array(64);
      const at = (row: number, column: number, channel: number): number =>
        data[3 * (row * side + column) + channel]! / 255;
      const isInside = (place: number): boolean => place > 0 && place < side - 1;
      for (let row = 0; row < side; row++)
        for (let column = 0; column < side; column++) {
          const [best] = [0, 1, 2]
            .map((channel) => {
              const x = isInside(column) ? at(row, column + 1, channel) - at(row, column - 1, channel) : 0;
              const y = isInside(row) ? at(row + 1, column, channel) - at(row - 1, column, channel) : 0;
              return { x, y, strength: Math.hypot(x, y) };
            })
            .sort((a, b) => b.strength - a.strength);
          if (best!.strength === 0) continue;
          const turn = ((Math.atan2(best!.y, best!.x) / Math.PI + 1) % 1) * 4;
          const cell = 4 * (4 * Math.floor(row / 4) + Math.floor(column / 4));
          const [lower, share] = [Math.floor(turn) % 4, turn - Math.floor(turn)];
          cells[cell + lower]! += best!.strength * (1 - share);
          cells[cell + ((lower + 1) % 4)]! += best!.strength * share;
        }
      return cells.map((value) => Math.min(1, Math.sqrt(value / 16)));
    };
    // Of few levels, so that channels often change as much, in other directions.
    const random = randomStream(1, 'edges');
    for (let round = 0; round < 60; round++) {
      const level = (): number => 7 * random.integer(16);
      const image = picture(() => [level(), level(), level()]);
      expect(await edgesOf(image)).toEqual([...expected(image)]);
    }
  });

  it('turns level edges into upright ones in the turned slots', async () => {
    const image = picture((row) => (row < 8 ? [0, 0, 0] : [60, 60, 60]));
    const [level, upright] = [2, 0];
    const sum = (edges: number[], direction: number): number =>
      edges.reduce((total, value, at) => total + (at % 4 === direction ? value : 0), 0);
    const whole = await edgesOf(image, featureSlots.rotation.start);
    const turned = await edgesOf(image, featureSlots.rotation.start + 1);
    expect(sum(whole, upright)).toBeCloseTo(0, 6);
    expect(sum(turned, level)).toBeCloseTo(0, 6);
    expect(sum(turned, upright)).toBeCloseTo(sum(whole, level), 5);
  });

  it('stays in 0..1 for the strongest edges', async () => {
    const edges = await edgesOf(
      picture((row, column) => (((row >> 1) + (column >> 1)) % 2 === 0 ? [0, 0, 0] : [255, 255, 255])),
      0,
      { cells: 1, directions: 1 },
    );
    expect(edges).toEqual([1]);
    expect(await edgesOf(picture(() => [9, 9, 9]))).toEqual(new Array(64).fill(0));
  });

  it.each([{ cells: 3 }, { cells: 32 }, { directions: 0 }, { directions: 2.5 }, { directions: 17 }])(
    'refuses %j',
    (options) => {
      expect(() => edgeExtractor(options)).toThrow('@kaleido/kaleido-patches: edges are measured in');
    },
  );
});
