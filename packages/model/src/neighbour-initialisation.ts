/**
 * A start from which a small model learns words (docs/decisions/0020): positions are waves (Vaswani et al. 2017), and two
 * heads of the first layer look at the previous and the next position. At random, each position's neighbours must be
 * learned one by one, which takes a large part of a short training.
 */

/** Angle per position of the shortest wave: with 1, half of a new head's strongest looks miss the neighbour, with 2 none. */
const fastest = 2;

/** Ratio of the longest and the shortest wave. Captions have some dozens of pieces. */
const longest = 1000;

/** Size of a position's values (root mean square); 0.08 was worse (docs/decisions/0020). */
const amplitude = 0.04;

/** Ratio of the waves that the heads use: slower ones hardly tell a position from the next. */
const used = 5;

/** Gain of the two heads: in a new model of the preset `small`, a neighbour's logit is 11 above the others' mean. */
const gain = 1.5;

/** Positions as waves, [rows, width]: sine and cosine of each frequency side by side. */
export function positionWaves(rows: number, width: number): Float32Array {
  const values = new Float32Array(rows * width);
  for (let position = 0; position < rows; position++)
    for (let column = 0; column < width; column++) {
      const angle = position * frequency(column >> 1, width);
      values[position * width + column] =
        amplitude * Math.SQRT2 * (column % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
    }
  return values;
}

/**
 * Adds to the query or key kernel of the first layer, [width, width], what lets its first head look at the previous
 * position and its second one at the next.
 */
export function addNeighbourHeads(
  kernel: Float32Array,
  width: number,
  heads: number,
  part: 'query' | 'key',
): Float32Array {
  const headWidth = width / heads;
  const waves = headWidth >> 1;
  const last = Math.max(1, Math.round(((width >> 1) * Math.log(used)) / Math.log(longest)));
  for (const [head, offset] of [-1, 1].slice(0, heads).entries())
    for (let wave = 0; wave < waves; wave++) {
      const from = Math.min((width >> 1) - 1, Math.round((wave * last) / Math.max(1, waves - 1)));
      // A query is the wave at the position it looks for: its own, turned by one step.
      const angle = part === 'query' ? offset * frequency(from, width) : 0;
      const [cosine, sine] = [gain * Math.cos(angle), gain * Math.sin(angle)];
      const column = head * headWidth + 2 * wave;
      const add = (row: number, to: number, value: number): void => {
        kernel[row * width + to] = (kernel[row * width + to] as number) + value;
      };
      add(2 * from, column, cosine);
      add(2 * from + 1, column, sine);
      add(2 * from + 1, column + 1, cosine);
      add(2 * from, column + 1, -sine);
    }
  return kernel;
}

/** Angle per position of a wave. */
function frequency(wave: number, width: number): number {
  return fastest * longest ** ((-2 * wave) / width);
}
