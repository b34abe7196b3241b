import type { UnusablePath } from './image-file.ts';

/** The bytes of the picture at a path in a row, or why there are none. */
export type ReadPicture = (path: string) => Promise<Uint8Array | UnusablePath>;

/** So many pictures are read before their rows are asked for; six requests run at once, two wait for their turn. */
const ahead = 8;

/** Pictures of which the next ones are on their way: each alone would take a round trip, to a server or to a thread. */
export class PicturesAhead {
  readonly #read: ReadPicture;
  readonly #begun = new Map<string, Promise<Uint8Array | UnusablePath>>();

  constructor(read: ReadPicture) {
    this.#read = read;
  }

  /** @throws as the function does that reads it */
  read(path: string): Promise<Uint8Array | UnusablePath> {
    return this.#begun.get(path) ?? this.#read(path);
  }

  /**
   * Rows as they are, while the pictures of the next ones are read. An error of the rows comes after those before it.
   * @param pathOf the path of a row's picture; undefined if it has none
   */
  async *rows<Row>(rows: AsyncIterable<Row>, pathOf: (row: Row) => string | undefined): AsyncGenerator<Row> {
    const waiting: { readonly row: Row; readonly path: string | undefined }[] = [];
    const begun = this.#begun;
    async function* next(): AsyncGenerator<Row> {
      const { row, path } = waiting.shift() as (typeof waiting)[number];
      yield row;
      if (path !== undefined && !waiting.some((other) => other.path === path)) begun.delete(path);
    }
    let failure: { readonly error: unknown } | undefined;
    try {
      try {
        for await (const row of rows) {
          const path = pathOf(row);
          if (path !== undefined) this.#begin(path);
          waiting.push({ row, path });
          if (waiting.length > ahead) yield* next();
        }
      } catch (error) {
        failure = { error };
      }
      while (waiting.length > 0) yield* next();
      if (failure !== undefined) throw failure.error;
    } finally {
      begun.clear();
    }
  }

  #begin(path: string): void {
    if (this.#begun.has(path)) return;
    const picture = this.#read(path);
    // It is told to who reads it.
    picture.catch(() => undefined);
    this.#begun.set(path, picture);
  }
}
