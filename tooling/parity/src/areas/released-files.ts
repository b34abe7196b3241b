import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleasedColumnForm } from '@kaleido/data';
import { type ReleasedRow, readReleasedRows } from '@kaleido/data/node';
import { type Comparison, compareItems, compareNumbers, skipped } from '../comparison.ts';
import { readJson } from '../read-case.ts';

/** The reference reader's result for a column: all values, or the ends and the sum of a long one. */
interface ExpectedColumn {
  readonly name: string;
  readonly type: 'int' | 'float' | 'str';
  readonly length: number;
  readonly values?: readonly (readonly number[] | string)[];
  readonly first8?: readonly (readonly number[])[];
  readonly last4?: readonly (readonly number[])[];
  readonly sum?: readonly number[];
  readonly nonzero?: readonly number[];
}

type ExpectedFiles = Readonly<
  Record<string, { readonly rows: number; readonly columns: readonly ExpectedColumn[] } | undefined>
>;

/** Compares files in the released format with the released reader's results in `expected.json` next to them. */
export async function compareReleasedFiles(folder: string): Promise<Comparison[]> {
  const expected = (await readJson(join(folder, 'expected.json'))) as ExpectedFiles;
  const comparisons: Comparison[] = [];
  for (const [name, file] of Object.entries(expected)) {
    const path = join(folder, `${name}.tsv`);
    if (file?.columns === undefined) continue;
    if (!existsSync(path)) {
      comparisons.push(skipped(`${name}.tsv`, 'it is not there'));
      continue;
    }
    const forms = file.columns.map(
      ({ name, type, length }): ReleasedColumnForm => ({ name, type: type === 'str' ? 'text' : type, length }),
    );
    const rows: ReleasedRow[] = [];
    for await (const row of readReleasedRows(path, forms)) rows.push(row);
    comparisons.push(compareNumbers(`${name}.tsv rows`, [rows.length], [file.rows], () => 0));
    for (const column of file.columns) comparisons.push(...compareColumn(`${name}.tsv ${column.name}`, column, rows));
  }
  return comparisons;
}

function compareColumn(title: string, column: ExpectedColumn, rows: readonly ReleasedRow[]): Comparison[] {
  if (column.type === 'str')
    return [
      compareItems(
        title,
        rows.map(({ texts }) => texts.get(column.name)),
        column.values ?? [],
      ),
    ];
  const lists = rows.map(({ numbers }) => Float64Array.from(numbers.get(column.name) ?? []));
  const flat = (values: readonly (ArrayLike<number> | string)[]): number[] =>
    values.flatMap((list) => Array.from(list as ArrayLike<number>));
  if (column.values !== undefined) return [compareNumbers(title, flat(lists), flat(column.values), () => 0)];
  const { first8 = [], last4 = [], sum = [], nonzero = [] } = column;
  const sums = lists.map((list) => list.reduce((total, value) => total + value, 0));
  return [
    compareNumbers(`${title}, first 8`, flat(lists.map((list) => list.subarray(0, 8))), flat(first8), () => 0),
    compareNumbers(`${title}, last 4`, flat(lists.map((list) => list.subarray(-4))), flat(last4), () => 0),
    // The summation order of the reference is unknown.
    compareNumbers(`${title}, sum`, sums, sum, (largest) => 1e-12 * largest),
    compareNumbers(
      `${title}, not 0`,
      lists.map((list) => list.reduce((count, value) => count + Number(value !== 0), 0)),
      nonzero,
      () => 0,
    ),
  ];
}
