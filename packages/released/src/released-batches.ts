import { open } from 'node:fs/promises';
import type { ReleasedColumnForm } from '@kaleido/data';
import { type ReleasedRow, readReleasedRows } from '@kaleido/data/node';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import type { ReleasedColumn, ReleasedColumns } from '@kaleido/pretrain-tasks';
import type { BatchSource } from '@kaleido/training';

/** Some rows of a released file, by column. */
export interface ReleasedRows {
  readonly size: number;
  readonly columns: ReleasedColumns;
  /** Text columns, one string per row. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

/** A file's rows in order, in batches; the last batch has the remaining rows. */
export async function* releasedBatches(
  path: string,
  forms: readonly ReleasedColumnForm[],
  size: number,
): AsyncGenerator<ReleasedRows> {
  let rows: ReleasedRow[] = [];
  for await (const row of readReleasedRows(path, forms)) {
    rows.push(row);
    if (rows.length < size) continue;
    yield together(rows, forms);
    rows = [];
  }
  if (rows.length > 0) yield together(rows, forms);
}

interface ShuffleOptions {
  readonly size: number;
  /** Rows in the buffer that batches are drawn from. */
  readonly shuffle: number;
  readonly seed: number;
}

/**
 * Endless batches, epoch after epoch. Each row enters a buffer, and leaves it when it is drawn: the same seed gives the
 * same batches, and only the buffer is in memory.
 */
async function* shuffledBatches(
  path: string,
  forms: readonly ReleasedColumnForm[],
  { size, shuffle, seed }: ShuffleOptions,
): AsyncGenerator<ReleasedRows> {
  const buffer: ReleasedRow[] = [];
  let batch: ReleasedRow[] = [];
  for (let epoch = 0; ; epoch++) {
    const random = randomStream(seed, 'released rows', epoch);
    const draw = (): ReleasedRow => {
      const at = random.integer(buffer.length);
      const row = buffer[at] as ReleasedRow;
      buffer[at] = buffer.at(-1) as ReleasedRow;
      buffer.pop();
      return row;
    };
    for await (const row of rowsThenEnd(path, forms)) {
      if (row !== undefined) buffer.push(row);
      // Within an epoch the buffer stays full; at its end it is emptied, so that every row occurs once per epoch.
      while (buffer.length > (row === undefined ? 0 : shuffle)) {
        batch.push(draw());
        if (batch.length < size) continue;
        yield together(batch, forms);
        batch = [];
      }
    }
  }
}

/** A training file as plain data, which can be sent to a worker. */
export interface ShuffledFile extends ShuffleOptions {
  readonly path: string;
  readonly forms: readonly ReleasedColumnForm[];
}

/** The same as a batch source. The file is a stream: a resumed run skips the earlier batches. */
export function shuffledSource({ path, forms, ...options }: ShuffledFile): BatchSource<ReleasedRows> {
  const batches = shuffledBatches(path, forms, options);
  let position = 0;
  let last: Promise<unknown> = Promise.resolve();
  const read = async (step: number): Promise<ReleasedRows> => {
    if (step < position) throw new RangeError(`step ${step} was read already: the next is ${position}`);
    for (; ; position++) {
      const { value } = await batches.next();
      if (position < step) continue;
      position++;
      return value;
    }
  };
  return {
    batch(step) {
      const wanted = last.then(() => read(step));
      last = wanted.catch(() => undefined);
      return wanted;
    },
    close: async () => void (await batches.return(undefined)),
  };
}

async function* rowsThenEnd(
  path: string,
  forms: readonly ReleasedColumnForm[],
): AsyncGenerator<ReleasedRow | undefined> {
  let rows = 0;
  for await (const row of readReleasedRows(path, forms)) {
    rows++;
    yield row;
  }
  if (rows === 0) throw empty(path);
  yield undefined;
}

/** Number of rows of a file, without parsing them. */
export async function countRows(path: string): Promise<number> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'released',
      problem: `cannot read ${path}`,
      found: cause.code ?? cause.message,
      advice: 'name the folder of the released files in --data, and the files in the recipe',
      cause,
    });
  });
  try {
    let rows = 0;
    let last = 0x0a;
    for await (const chunk of file.createReadStream({ highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) rows++;
      last = chunk.at(-1) as number;
    }
    if (last !== 0x0a) rows++;
    if (rows === 0) throw empty(path);
    return rows;
  } finally {
    await file.close();
  }
}

function empty(path: string): KaleidoError {
  return new KaleidoError({
    source: 'released',
    problem: `${path} has no rows`,
    advice: 'give a file of the released code',
  });
}

function together(rows: readonly ReleasedRow[], forms: readonly ReleasedColumnForm[]): ReleasedRows {
  const columns = new Map<string, ReleasedColumn>();
  const texts = new Map<string, string[]>();
  for (const { name, type, length } of forms) {
    if (type === 'text') {
      texts.set(
        name,
        rows.map((row) => row.texts.get(name) as string),
      );
      continue;
    }
    const all = type === 'int' ? new Int32Array(rows.length * length) : new Float32Array(rows.length * length);
    for (const [index, row] of rows.entries()) all.set(row.numbers.get(name) as ReleasedColumn, index * length);
    columns.set(name, all);
  }
  return { size: rows.length, columns, texts };
}
