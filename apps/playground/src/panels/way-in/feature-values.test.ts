import { describe, expect, it } from '@jest/globals';
import { coloursOf, edgesOf, pixelsOf } from './feature-values.ts';

describe('the numbers of a vector', () => {
  it('are a picture', () => {
    const vector = Float32Array.of(9, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1);
    expect([...pixelsOf(vector, { kind: 'pixels', start: 1, width: 12, size: 2 }).slice(0, 8)]).toEqual([
      255, 0, 0, 255, 0, 255, 0, 255,
    ]);
  });

  it('are shares of colours', () => {
    const vector = new Float32Array(8);
    vector[0] = 0.6;
    vector[4] = 0.8;
    const colours = coloursOf(vector, { kind: 'colours', start: 0, width: 8, bins: 2 });
    expect(colours).toHaveLength(2);
    expect(colours[0]).toMatchObject({ red: 255, green: 0, blue: 0 });
    expect(colours[0]?.share).toBeCloseTo(0.64, 5);
  });

  it('are edges, upright where colours change from left to right', () => {
    const vector = Float32Array.of(1, 0, 0, 0);
    const [line, ...others] = edgesOf(vector, { kind: 'edges', start: 0, width: 4, cells: 1, directions: 4 });
    expect(others).toEqual([]);
    expect(line?.x1).toBeCloseTo(line?.x2 ?? 0, 6);
    expect(line?.strength).toBe(1);
  });
});
