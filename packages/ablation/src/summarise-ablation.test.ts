import { describe, expect, it } from '@jest/globals';
import type { Evaluation } from '@kaleido/eval';
import { microAblation } from '../test/micro-ablation.ts';
import { ablationMarkdown, parseAblation, summariseAblation } from './index.ts';
import { planAblation } from './node.ts';

const parsed = parseAblation(JSON.stringify(microAblation), 'micro.json');
const plan = planAblation(parsed, parsed.base as Record<string, unknown>, 'micro.json');

/** An evaluation with this share of jigsaws solved, and of words if given. */
function evaluation(jigsaw: number, words?: number | null): Evaluation {
  const read = { crossEntropy: 1, accuracy: words };
  return {
    puzzles: { rotation: 50, jigsaw, camouflage: 20 },
    ...(words === undefined
      ? {}
      : { words: { ...read, captions: 1, pieces: 1, otherPhotograph: read, noPhotograph: read } }),
  } as Evaluation;
}
const runs = (of: Readonly<Record<string, readonly Evaluation[]>>) =>
  new Map(
    Object.entries(of).map(
      ([name, all]) => [name, new Map(all.map((one, index) => [index + 1, one] as const))] as const,
    ),
  );

describe('summariseAblation', () => {
  const finished = runs({
    all: [evaluation(10, 60), evaluation(12, 64), evaluation(14, 62)],
    'no-jigsaw': [evaluation(4), evaluation(6, 62), evaluation(5, null)],
  });
  const table = summariseAblation(plan, finished);
  const row = (name: string) => table.groups.flatMap(({ variants }) => variants).find((one) => one.name === name);

  it('has mean and sample deviation over seeds, and shares equal runs', () => {
    const jigsaw = { mean: 12, standardDeviation: 2, bySeed: { 1: 10, 2: 12, 3: 14 } };
    expect(row('all')?.values['puzzles.jigsaw']).toEqual(jigsaw);
    expect(row('box')).toMatchObject({ runs: 'all', paper: 300, seeds: [1, 2, 3] });
    expect(row('box')?.values).toEqual(row('all')?.values);
    expect(table.groups.map(({ name, variants }) => [name, variants.length])).toEqual([
      ['Tasks', 2],
      ['Patches', 2],
    ]);
  });

  it('compares seed by seed, and marks differences that are no larger than their deviation', () => {
    expect(row('no-jigsaw')?.values['puzzles.jigsaw']).toMatchObject({
      mean: 5,
      difference: -7,
      differenceDeviation: Math.sqrt(3),
      withinSpread: false,
    });
    expect(row('no-jigsaw')?.values['puzzles.rotation']).toMatchObject({ difference: 0, withinSpread: true });
  });

  it('counts unknown figures instead of taking them for 0, and leaves out those that no run has', () => {
    const words = row('no-jigsaw')?.values.words;
    expect(words).toEqual({ mean: 62, bySeed: { 2: 62 }, difference: -2 });
    expect(row('grid')).toMatchObject({ seeds: [], values: {} });
    // Words, and words with another's photograph, of two runs.
    expect(table.unknown).toBe(4);
    expect(table.figures.map(({ key }) => key)).toEqual([
      'words',
      'words.otherPhotograph',
      'puzzles.rotation',
      'puzzles.jigsaw',
      'puzzles.camouflage',
    ]);
    expect(table.runs).toEqual({ finished: 6, planned: 9 });
  });

  it('is the same as Markdown', () => {
    const text = ablationMarkdown(table);
    const lines = text.split('\n');
    const cells = (start: string): string[] =>
      (lines.find((line) => line.startsWith(start)) ?? '').split(/(?<!\\)\|/).map((cell) => cell.trim());
    expect(cells('| **all**').slice(2, -1)).toEqual([
      '3',
      '62.0 ± 2.0',
      '62.0 ± 2.0',
      '50.0 ± 0.0',
      '12.0 ± 2.0',
      '20.0 ± 0.0',
    ]);
    expect(cells('| without jigsaw').slice(3, 7)).toEqual([
      '62.0 (−2.0) (1 of 3)',
      '62.0 (−2.0) (1 of 3)',
      '50.0 (0.0 ± 0.0) ≈',
      '5.0 (−7.0 ± 1.7)',
    ]);
    expect(cells('| whole \\| picture').slice(1, -1)).toEqual(['whole \\| picture', '0', '', '', '', '', '', '276.97']);
    expect(text).toContain('6 of 9 runs are finished, seeds 1, 2, 3.');
    expect(text).toContain('4 figures are unknown');
    const table1 = lines.filter((line) => line.startsWith('|')).slice(0, 4);
    expect(new Set(table1.map(({ length }) => length)).size).toBe(1);
  });

  it('has no deviation of one seed', () => {
    const one = summariseAblation(plan, runs({ all: [evaluation(10)], grid: [evaluation(20)] }));
    const grid = one.groups[1]?.variants[1]?.values['puzzles.jigsaw'];
    expect(grid).toEqual({ mean: 20, bySeed: { 1: 20 }, difference: 10 });
    expect(ablationMarkdown(one)).not.toMatch(/\d ± \d/);
    expect(ablationMarkdown(one)).not.toContain('≈');
  });

  it('leaves out what a seed does to all variants', () => {
    const paired = runs({
      all: [evaluation(10), evaluation(50), evaluation(90)],
      grid: [evaluation(13), evaluation(54), evaluation(95)],
    });
    const grid = summariseAblation(plan, paired).groups[1]?.variants[1]?.values['puzzles.jigsaw'];
    expect(grid).toMatchObject({ mean: 54, difference: 4, differenceDeviation: 1, withinSpread: false });
  });

  it('is empty before the first run', () => {
    const none = summariseAblation(plan, new Map());
    expect(none).toMatchObject({ figures: [], unknown: 0, runs: { finished: 0, planned: 9 } });
    expect(ablationMarkdown(none)).toContain('0 of 9 runs are finished');
  });
});
