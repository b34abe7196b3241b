import { beforeAll, describe, expect, it } from '@jest/globals';
import { memory, selectBackend, type Tensor, tf } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import {
  classLoss,
  contrastiveLoss,
  maskedTokenLoss,
  matchingChoiceLoss,
  matchingDistillationLoss,
  oneClassLoss,
  reconstructionLoss,
  severalClassesLoss,
} from './index.ts';

type Matrix = readonly (readonly number[])[];

/** Float32 values, so that the double-precision reference starts from the same numbers. */
function draw(name: string, rows: number, columns: number, scale = 1): number[][] {
  const random = randomStream(1, name);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => Math.fround(random.normal() * scale)),
  );
}

const softmax = (row: readonly number[]): number[] => {
  const largest = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power);
  return powers.map((power) => power / sum);
};
const crossEntropies = (logits: Matrix, labels: readonly number[]): number[] =>
  logits.map((row, i) => -Math.log(softmax(row)[labels[i]!]!));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value) / values.length;
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const transposed = (matrix: Matrix): number[][] => matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
const matrix = (values: Matrix): Tensor =>
  tf.tensor(Float32Array.from(values.flat()), [values.length, values[0]!.length]);
const labels = (values: readonly number[]): Tensor => tf.tensor(Int32Array.from(values), [values.length], 'int32');
const vector = (values: readonly number[]): Tensor => tf.tensor(Float32Array.from(values), [values.length]);

const value = (loss: () => Tensor): number => {
  const before = memory().numTensors;
  const scalar = tf.tidy(() => {
    const found = loss();
    expect(found.shape).toEqual([]);
    return found.dataSync<'float32'>()[0]!;
  });
  expect(memory().numTensors).toBe(before);
  return scalar;
};

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend({ prefer: backend });
  });

  describe('classLoss', () => {
    it('is the mean cross-entropy', () => {
      // By hand: ln(1 + e^-2) and ln(1 + e^2); equal logits of four classes give ln 4.
      expect(
        value(() =>
          classLoss(
            matrix([
              [2, 0],
              [2, 0],
            ]),
            labels([0, 1]),
          ),
        ),
      ).toBeCloseTo((0.126928 + 2.126928) / 2, 5);
      expect(value(() => classLoss(matrix([[3, 3, 3, 3]]), labels([2])))).toBeCloseTo(Math.log(4), 6);
      const logits = draw('classes', 7, 24, 3);
      const of = [0, 23, 5, 11, 7, 7, 1];
      expect(value(() => classLoss(matrix(logits), labels(of)))).toBeCloseTo(mean(crossEntropies(logits, of)), 5);
    });
  });

  describe('oneClassLoss', () => {
    const logits = draw('one class', 4, 3, 2);
    const loss = (of: readonly number[], classWeights?: readonly number[]): number =>
      value(() => oneClassLoss(matrix(logits), Int32Array.from(of), classWeights && Float32Array.from(classWeights)));

    it('is the mean over the rows that have a label, weighted by their class', () => {
      const [first, , third, fourth] = crossEntropies(logits, [0, 0, 2, 1]) as [number, number, number, number];
      expect(loss([0, -1, 2, 1])).toBeCloseTo((first + third + fourth) / 3, 5);
      expect(loss([0, -1, 2, 1], [1, 2, 5])).toBeCloseTo((first + 5 * third + 2 * fourth) / 8, 5);
      // Weights below 1 are a mean too.
      expect(loss([0, -1, 2, 1], [0.1, 0.2, 0.5])).toBeCloseTo((first + 5 * third + 2 * fourth) / 8, 5);
    });

    it('is 0 where no row has a label', () => {
      expect(loss([-1, -1, -1, -1])).toBe(0);
      expect(loss([-1, -1, -1, -1], [3, 3, 3])).toBe(0);
    });
  });

  describe('severalClassesLoss', () => {
    const logits = [
      [2, -1, 0],
      [-3, 0.5, 100],
    ];
    const loss = (of: readonly number[], positiveWeights?: readonly number[]): number =>
      value(() =>
        severalClassesLoss(matrix(logits), Int32Array.from(of), positiveWeights && Float32Array.from(positiveWeights)),
      );

    it('is the mean binary cross-entropy of each class, also far from 0', () => {
      // By hand: ln(1 + e^-x) of a class that is there, ln(1 + e^x) of another.
      const [two, minusOne, zero, minusThree, half] = [0.126928, 0.313262, Math.LN2, 0.048587, 0.474077];
      expect(loss([1, 0, 1, 0, 1, 1])).toBeCloseTo((two + minusOne + zero + minusThree + half) / 6, 5);
      expect(loss([1, 0, 1, 0, 1, 0])).toBeCloseTo((two + minusOne + zero + minusThree + half + 100) / 6, 4);
      expect(loss([1, 0, 1, 0, 1, 1], [3, 5, 2])).toBeCloseTo(
        (3 * two + minusOne + 2 * zero + minusThree + 5 * half) / 6,
        5,
      );
    });
  });

  describe('maskedTokenLoss', () => {
    const logits = draw('tokens', 6, 11, 2);
    const of = [3, 0, 10, 5, 0, 0];
    const loss = (weights: readonly number[], values: Matrix = logits): number =>
      value(() => maskedTokenLoss(matrix(values), labels(of), vector(weights)));

    it('is sum(w CE) / (sum(w) + 1e-5)', () => {
      const each = crossEntropies(logits, of);
      expect(loss([1, 1, 1, 1, 0, 0])).toBeCloseTo((each[0]! + each[1]! + each[2]! + each[3]!) / (4 + 1e-5), 5);
      // With little weight the 1e-5 shows.
      expect(loss([1e-5, 0, 0, 0, 0, 0])).toBeCloseTo(each[0]! / 2, 4);
    });

    it('ignores padding, and is 0 if there is nothing else', () => {
      const changed = logits.map((row, i) => (i < 4 ? row : row.map((one) => 5 - one)));
      expect(loss([1, 1, 1, 1, 0, 0], changed)).toBe(loss([1, 1, 1, 1, 0, 0]));
      expect(loss([0, 0, 0, 0, 0, 0])).toBe(0);
    });
  });

  describe('reconstructionLoss', () => {
    it('is the Kullback-Leibler divergence of two softmaxes, both clipped to [1e-7, 1]', () => {
      const features = draw('features', 5, 33, 4);
      const logits = draw('logits', 5, 33, 6);
      const clip = (p: number): number => Math.min(1, Math.max(1e-7, p));
      const expected = features.map((row, i) => {
        const predicted = softmax(logits[i]!).map(clip);
        return softmax(row)
          .map(clip)
          .reduce((sum, target, k) => sum + target * Math.log(target / predicted[k]!), 0);
      });
      expect(value(() => reconstructionLoss(matrix(features), matrix(logits)))).toBeCloseTo(mean(expected), 4);
    });

    it('is 0 if the logits are the features plus any constant', () => {
      const features = draw('features', 3, 33);
      const shifted = features.map((row) => row.map((one) => one + 2));
      expect(Math.abs(value(() => reconstructionLoss(matrix(features), matrix(shifted))))).toBeLessThan(1e-6);
    });

    it('is ln 2 for a certain target and two equal logits', () => {
      expect(value(() => reconstructionLoss(matrix([[30, 0]]), matrix([[1, 1]])))).toBeCloseTo(Math.log(2), 5);
    });
  });

  describe('contrastiveLoss', () => {
    const unit = (values: number[][]): number[][] =>
      values.map((row) => row.map((one) => Math.fround(one / Math.hypot(...row))));
    const text = unit(draw('text', 4, 6));
    const image = unit(draw('image', 4, 6));
    const temperature = 0.1;
    const none = [0, 1, 2, 3].map(() => [0, 0, 0, 0]);
    const reference = (excluded: Matrix): number => {
      const logits = text.map((caption, i) =>
        image.map((photograph, j) => (excluded[i]![j] === 1 ? -Infinity : dot(caption, photograph) / temperature)),
      );
      const own = [0, 1, 2, 3];
      return (mean(crossEntropies(logits, own)) + mean(crossEntropies(transposed(logits), own))) / 2;
    };
    const loss = (excluded: Matrix, captions: Matrix = text): number =>
      value(() => contrastiveLoss(matrix(captions), matrix(image), matrix(excluded), temperature));

    it('is the mean of both directions', () => {
      expect(loss(none)).toBeCloseTo(reference(none), 4);
      expect(value(() => contrastiveLoss(matrix(image), matrix(text), matrix(none), temperature))).toBeCloseTo(
        reference(none),
        4,
      );
    });

    it('leaves out only the excluded pairs', () => {
      const excluded = none.map((row) => [...row]);
      excluded[0]![2] = 1;
      excluded[2]![0] = 1;
      excluded[3]![1] = 1;
      expect(loss(excluded)).toBeCloseTo(reference(excluded), 4);
      expect(loss(excluded)).toBeLessThan(loss(none));
    });

    it('spreads a share of the target over all pairs that are not excluded', () => {
      const excluded = none.map((row) => [...row]);
      excluded[0]![2] = 1;
      excluded[2]![0] = 1;
      const share = 0.2;
      const oneWay = (logits: Matrix, left: Matrix): number =>
        mean(
          logits.map((row, i) => {
            const allowed = row.flatMap((_, j) => (left[i]![j] === 1 ? [] : [j]));
            const shares = softmax(allowed.map((j) => row[j]!));
            const target = (j: number): number => (j === i ? 1 - share : 0) + share / allowed.length;
            return -allowed.reduce((sum, j, at) => sum + target(j) * Math.log(shares[at]!), 0);
          }),
        );
      const logits = text.map((caption) => image.map((photograph) => dot(caption, photograph) / temperature));
      const expected = (oneWay(logits, excluded) + oneWay(transposed(logits), transposed(excluded))) / 2;
      const found = value(() => contrastiveLoss(matrix(text), matrix(image), matrix(excluded), temperature, share));
      expect(found).toBeCloseTo(expected, 4);
    });

    it('is ln 4 if all similarities are equal', () => {
      const same = text.map(() => text[0]!);
      expect(value(() => contrastiveLoss(matrix(same), matrix(same), matrix(none), 1))).toBeCloseTo(Math.log(4), 5);
    });
  });

  describe('matchingChoiceLoss', () => {
    const [groups, n] = [2, 3];
    const logits = draw('pairs', groups * n * n, 2, 2);
    const difference = (group: number, caption: number, photograph: number): number => {
      const [no, yes] = logits[(group * n + caption) * n + photograph]!;
      return yes! - no!;
    };
    const own = [0, 1, 2, 0, 1, 2];
    const squares = [0, 1].map((group) =>
      [0, 1, 2].map((caption) => [0, 1, 2].map((photograph) => difference(group, caption, photograph))),
    );
    const rows = mean(crossEntropies(squares.flat(), own));
    const columns = mean(crossEntropies(squares.flatMap(transposed), own));
    const matches = Array.from({ length: groups * n * n }, (_, pair) => ([0, 4, 8].includes(pair % 9) ? 1 : 0));
    const binary = mean(crossEntropies(logits, matches));

    it.each([0, 0.25, 1])('is the mean choice of captions and of photographs, and %d of yes or no', (share) => {
      expect(value(() => matchingChoiceLoss(matrix(logits), n, share))).toBeCloseTo(
        (rows + columns) / 2 + share * binary,
        5,
      );
    });

    it('leaves out the pairs that are excluded', () => {
      const out = [
        [0, 1],
        [3, 2],
      ] as const;
      const excluded = [0, 1].map((group) => [0, 1, 2].map((a) => [0, 1, 2].map((b) => Number(isOut(group, a, b)))));
      function isOut(group: number, a: number, b: number): boolean {
        return out.some(([row, column]) => row === group * n + a && column === b);
      }
      const lowered = squares.map((square, group) =>
        square.map((line, a) => line.map((one, b) => (isOut(group, a, b) ? Number.NEGATIVE_INFINITY : one))),
      );
      const kept = logits.map((_, pair) => excluded.flat(2)[pair] === 0);
      const some = <Item>(items: readonly Item[]): Item[] => items.filter((_, pair) => kept[pair]);
      const expected =
        (mean(crossEntropies(lowered.flat(), own)) + mean(crossEntropies(lowered.flatMap(transposed), own))) / 2 +
        0.5 * mean(crossEntropies(some(logits), some(matches)));
      const mask = (): Tensor => tf.tensor(Float32Array.from(excluded.flat(2)), [groups, n, n]);
      expect(value(() => matchingChoiceLoss(matrix(logits), n, 0.5, mask()))).toBeCloseTo(expected, 5);
    });

    it('tells rows from columns', () => {
      expect(Math.abs(rows - columns)).toBeGreaterThan(0.05);
      // Every caption prefers the first photograph: rows choose it, columns are undecided.
      const first = Array.from({ length: 4 }, (_, pair) => [0, pair % 2 === 0 ? 8 : 0]);
      const expected = (mean([Math.log(1 + Math.exp(-8)), 8 + Math.log(1 + Math.exp(-8))]) + Math.log(2)) / 2;
      expect(value(() => matchingChoiceLoss(matrix(first), 2, 0))).toBeCloseTo(expected, 5);
    });

    it('falls to 0 if each chooses its own', () => {
      const sure = matches.map((match) => (match === 1 ? [-20, 20] : [20, -20]));
      expect(value(() => matchingChoiceLoss(matrix(sure), n, 1))).toBeLessThan(1e-6);
    });
  });

  describe('matchingDistillationLoss', () => {
    const [groups, n] = [2, 3];
    const logits = draw('pupil', groups * n * n, 2, 2);
    const similarities = draw('teacher', groups * n, n);
    const temperature = 0.4;
    const loss = (pupil: Matrix, teacher: Matrix): number =>
      value(() => matchingDistillationLoss(matrix(pupil), tf.reshape(matrix(teacher), [-1, n, n]), temperature));
    /** Pairs of logits with the given differences. */
    const pupilOf = (differences: Matrix): Matrix => differences.flat().map((difference) => [1, 1 + difference]);

    it('is the mean divergence of both directions', () => {
      const squaresOf = (rows: Matrix): Matrix[] => [rows.slice(0, n), rows.slice(n)];
      const differences = Array.from({ length: groups * n }, (_, row) =>
        logits.slice(row * n, (row + 1) * n).map(([no, yes]) => yes! - no!),
      );
      const wanted = similarities.map((row) => row.map((one) => one / temperature));
      const divergence = (target: readonly number[], found: readonly number[]): number => {
        const [p, q] = [softmax(target), softmax(found)];
        return p.reduce((sum, one, i) => sum + one * Math.log(one / q[i]!), 0);
      };
      const divergences = squaresOf(wanted).flatMap((square, group) => {
        const found = squaresOf(differences)[group]!;
        const byRows = (a: Matrix, b: Matrix): number[] => a.map((row, i) => divergence(row, b[i]!));
        return [...byRows(square, found), ...byRows(transposed(square), transposed(found))];
      });
      expect(loss(logits, similarities)).toBeCloseTo(mean(divergences), 5);
    });

    it('ignores the excluded pairs', () => {
      const with9 = (rows: Matrix, at: number, values: readonly number[]): Matrix =>
        rows.map((row, index) => (index === at ? values : row));
      const excluded = (): Tensor =>
        tf.tensor(
          Float32Array.from({ length: 18 }, (_, i) => Number(i === 1)),
          [2, n, n],
        );
      const masked = (pupil: Matrix, teacher: Matrix): number =>
        value(() =>
          matchingDistillationLoss(matrix(pupil), tf.reshape(matrix(teacher), [-1, n, n]), temperature, excluded()),
        );
      const [a, , c] = similarities[0]!;
      const other = masked(with9(logits, 1, [-3, 9]), with9(similarities, 0, [a!, 5, c!]));
      expect(other).toBeCloseTo(masked(logits, similarities), 5);
      expect(other).not.toBeCloseTo(loss(logits, similarities), 2);
    });

    it("is 0 if the student has the teacher's differences", () => {
      const firm = similarities.map((row) => row.map((one) => one / temperature));
      expect(Math.abs(loss(pupilOf(firm), similarities))).toBeLessThan(1e-5);
    });

    it('is ln 3 for a certain teacher and a student with equal logits', () => {
      const sure = similarities.map((row, i) => row.map((_, j) => (i % n === j ? 30 : 0)));
      expect(loss(pupilOf(similarities.map((row) => row.map(() => 0))), sure)).toBeCloseTo(Math.log(3), 5);
    });
  });
});
