import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReleasedColumnForm } from './released-columns.ts';
import { readReleasedRows } from './released-rows.ts';

const columns: readonly ReleasedColumnForm[] = [
  { name: 'input_ids', type: 'int', length: 2 },
  { name: 'prod_desc', type: 'text', length: 1 },
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-rows-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function rowsOf(content: string | Uint8Array): Promise<unknown[]> {
  const path = join(folder, 'rows.tsv');
  await writeFile(path, content);
  const rows: unknown[] = [];
  for await (const { row, numbers, texts } of readReleasedRows(path, columns))
    rows.push([row, [...numbers.get('input_ids')!], texts.get('prod_desc')]);
  return rows;
}

describe('readReleasedRows', () => {
  it('ignores a byte order mark', async () => {
    const text = '1,2\tpetite robe\n3,4\tchemise légère';
    const expected = [
      [1, [1, 2], 'petite robe'],
      [2, [3, 4], 'chemise légère'],
    ];
    expect(await rowsOf(text)).toEqual(expected);
    expect(await rowsOf(`\uFEFF${text}`)).toEqual(expected);
    expect(await rowsOf(`\uFEFF${text.replace('\n', '\r\n')}\r\n`)).toEqual(expected);
  });

  it('reports text that is not UTF-8', async () => {
    await expect(rowsOf(Buffer.from('\uFEFF1,2\ta\n', 'utf16le'))).rejects.toThrow(
      /@kaleido\/data: .*rows\.tsv is not UTF-8 text, found "UTF-16 \(little-endian\)"; save it as UTF-8/,
    );
    await expect(rowsOf(Buffer.from('1,2\tlégère\n', 'latin1'))).rejects.toThrow(
      /rows\.tsv, row 1, column prod_desc: is not UTF-8, found "légère"/,
    );
  });
});
