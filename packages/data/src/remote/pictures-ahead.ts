import type { PictureAddresses } from './picture-addresses.ts';

/** As many pictures are on their way at once; more than six requests would wait for each other. */
const ahead = 8;

/**
 * Rows as they are, with the pictures of the next ones on their way: each alone would take a round trip.
 * @param pathOf the path of a row's picture; undefined if it has none
 */
export async function* withPicturesAhead<Row>(
  rows: AsyncIterable<Row>,
  pictures: PictureAddresses,
  pathOf: (row: Row) => string | undefined,
): AsyncGenerator<Row> {
  const waiting: { readonly row: Row; readonly path: string | undefined }[] = [];
  async function* next(): AsyncGenerator<Row> {
    const { row, path } = waiting.shift() as (typeof waiting)[number];
    yield row;
    if (path !== undefined && !waiting.some((other) => other.path === path)) pictures.end(path);
  }
  try {
    for await (const row of rows) {
      const path = pathOf(row);
      if (path !== undefined) pictures.begin(path);
      waiting.push({ row, path });
      if (waiting.length > ahead) yield* next();
    }
    while (waiting.length > 0) yield* next();
  } finally {
    for (const { path } of waiting) if (path !== undefined) pictures.end(path);
  }
}
