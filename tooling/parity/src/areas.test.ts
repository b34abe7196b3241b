import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeSafetensors } from '@kaleido/foundation';
import { areaNames, areas } from './areas.ts';
import { type Comparison, compareItems, compareNumbers, isWithin } from './comparison.ts';
import { groups, summary, table } from './table.ts';

jest.setTimeout(120_000);

describe('a comparison', () => {
  it('reports the largest difference of numbers, and where it is', () => {
    const found = compareNumbers('x', [1, 2.5, -4], [1, 2, -4], (largest) => 0.1 * largest);
    expect(found).toMatchObject({ count: 3, absolute: 0.5, relative: 0.125, where: '1: 2.5 for 2', tolerance: 0.4 });
    expect(isWithin(found)).toBe(false);
    expect(isWithin(compareNumbers('x', [1, 2.5, -4], [1, 2, -4], () => 0.5))).toBe(true);
  });

  it.each([
    ['a NaN', [1, Number.NaN], [1, 2]],
    ['a NaN in the reference', [1, 2], [1, Number.NaN]],
    ['too few values', [1], [1, 2]],
    ['too many values', [1, 2, 3], [1, 2]],
    ['an infinite value', [1, Number.POSITIVE_INFINITY], [1, 2]],
  ])('never accepts %s', (_, found, expected) => {
    expect(isWithin(compareNumbers('x', found, expected, () => 1e30))).toBe(false);
  });

  it('counts items that differ', () => {
    expect(compareItems('x', [[1], ['a'], 3], [[1], ['b']])).toMatchObject({
      absolute: 2,
      where: '1: ["a"] for ["b"]',
      tolerance: 0,
    });
  });

  it('is a row of the table, and part of its group', () => {
    const all: Comparison[] = [
      { ...compareNumbers('case grad/a', [1], [1.5], () => 1), backend: 'wasm' },
      { ...compareNumbers('case grad/b', [1], [3], () => 1), backend: 'wasm' },
    ];
    expect(table(all)).toMatch(/^ok .* case grad\/a .*\nFAR .* case grad\/b .*0: 1 for 3$/m);
    expect(groups(all)).toMatch(/\ngrad +wasm +2 +2 +2\.00$/);
    expect(summary(all)).toBe('1 within tolerance, 1 beyond it, 0 skipped');
  });
});

const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const golden = folderOf('../../../../shared/golden/');
const absent = !existsSync(golden);
/** Test fixtures of the packages. */
const fixtures: Readonly<Record<string, string>> = {
  model: folderOf('../../../packages/model/test/fixtures/released'),
  images: folderOf('../../../packages/kaleido-patches/fixtures/pictures'),
  metrics: folderOf('../../../packages/eval/test/fixtures/metrics'),
};

describe('golden folders', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parity-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const compare = (area: string, path: string): Promise<Comparison[]> =>
    // U^2-Net takes seconds per picture, so the whole area is only compared manually.
    areas[area]!.compare(path, ['wasm'], { cases: 3 });

  const asItsReference = async (area: string, path: string): Promise<void> => {
    const comparisons = await compare(area, path);
    expect(comparisons.length).toBeGreaterThan(20);
    expect(comparisons.filter((one) => !isWithin(one)).map(({ name }) => name)).toEqual([]);
  };

  it.each(Object.keys(fixtures))('%s equals its reference in the fixtures', (area) =>
    asItsReference(area, fixtures[area]!),
  );

  // All pictures are in the fixtures.
  const larger = areaNames.filter((area) => area !== 'images');
  (absent ? it.skip : it).each(larger)('%s equals its reference (skipped where ../shared/golden is absent)', (area) =>
    asItsReference(area, `${golden}${area}`),
  );

  it('finds a difference, in another folder with other cases', async () => {
    const copy = join(folder, 'somewhere', 'else');
    await cp(join(fixtures.model!, 'tiny-a'), join(copy, 'another-name'), { recursive: true });
    const outputs = join(copy, 'another-name', 'outputs.safetensors');
    const bytes = await readFile(outputs);
    // Changes one number by more than its tolerance: the tensors are views of the file.
    const [logits] = [decodeSafetensors(bytes, outputs).tensors.get('logits/itm')!];
    const view = new DataView(logits.bytes.buffer, logits.bytes.byteOffset);
    view.setFloat32(4, view.getFloat32(4, true) + 0.01, true);
    await rm(outputs);
    await writeFile(outputs, bytes);
    const comparisons = await compare('model', copy);
    expect(comparisons.filter((one) => !isWithin(one))).toHaveLength(1);
    // Without the checkpoint after three steps, values that depend on it are skipped, and the rest is compared.
    await rm(join(copy, 'another-name', 'after3'), { recursive: true });
    const fewer = await compare('model', copy);
    expect(fewer.filter(({ skipped }) => skipped === undefined).length).toBeGreaterThan(250);
    expect(fewer.some(({ name, skipped }) => name.endsWith('predict_after3/logits/itm') && skipped !== undefined)).toBe(
      true,
    );
  });
});
