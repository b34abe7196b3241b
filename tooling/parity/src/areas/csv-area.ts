import { join } from 'node:path';
import { type Comparison, compareItems } from '../comparison.ts';
import { readJson } from '../read-case.ts';
import { compareRefusal, readProducts } from './read-products.ts';

type Row = Readonly<Record<'id' | 'title' | 'category', string>>;

interface Broken {
  readonly readable: readonly Row[];
  readonly badLines: readonly number[];
}

/** Files that are refused, and what the message names. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'missing-column.csv': ['missing-column.csv', 'caption', 'price'],
  'duplicate-column.csv': ['duplicate-column.csv', '"title"'],
  'unclosed-quote.csv': ['unclosed-quote.csv', 'line 3'],
  'latin-1.csv': ['latin-1.csv', 'Latin-1'],
  'empty.csv': ['empty.csv'],
};

/** Rows that are left out, by the lines that the messages name. */
const leftOut: Readonly<Record<string, readonly number[]>> = {
  'quoted.csv': [6],
  'outside-path.csv': [3, 4, 5, 6, 7, 8],
  'missing-file.csv': [4, 5],
  'duplicate-id.csv': [4],
  'ragged.csv': [3, 4],
  'nul-byte.csv': [3],
};

/** Compares what is read from CSV and JSONL files: `expected.json` and the files beside it. */
export async function compareCsv(folder: string): Promise<Comparison[]> {
  const expected = (await readJson(join(folder, 'expected.json'))) as Readonly<Record<string, readonly Row[] | Broken>>;
  const comparisons: Comparison[] = [];
  // One split: rows stay in order.
  const options = { splits: 'hash:validation=0' };
  for (const [file, rows] of Object.entries(expected)) {
    const { products, skipped, rows: count, refusal } = await readProducts(join(folder, file), options);
    const wanted = 'readable' in rows ? rows.readable : rows.filter(({ title }) => title.trim() !== '');
    const plain = (title: string): string => title.replaceAll(/\s+/g, ' ').trim();
    comparisons.push(
      compareItems(`${file} error`, [refusal], [undefined]),
      compareItems(
        `${file} ids`,
        products.map(({ id }) => id),
        wanted.map(({ id }) => id),
      ),
      compareItems(
        `${file} captions`,
        products.map(({ caption }) => caption),
        wanted.map(({ title }) => plain(title)),
      ),
      compareItems(
        `${file} categories`,
        products.map(({ category }) => category),
        wanted.map(({ category }) => category),
      ),
      compareItems(`${file} rows`, [products.length + skipped.length], [count]),
    );
    if ('badLines' in rows) comparisons.push(compareItems(`${file} left out`, linesOf(skipped), rows.badLines));
  }
  for (const [file, lines] of Object.entries(leftOut)) {
    const { skipped } = await readProducts(join(folder, file), options);
    comparisons.push(compareItems(`${file} left out`, linesOf(skipped), lines));
  }
  const latin = await readProducts(join(folder, 'latin-1.csv'), { ...options, encoding: 'latin1' });
  const isWhole = latin.products.every(({ caption }) => !caption.includes('\ufffd'));
  comparisons.push(compareItems('latin-1.csv with its encoding', [latin.refusal, isWhole], [undefined, true]));
  for (const [file, words] of Object.entries(refused))
    comparisons.push(await compareRefusal(file, join(folder, file), words));
  return comparisons;
}

function linesOf(skipped: readonly { readonly reason: string }[]): number[] {
  return skipped.map(({ reason }) => Number(/^line (\d+)/.exec(reason)?.[1]));
}
