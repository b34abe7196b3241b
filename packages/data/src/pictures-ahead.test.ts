import { describe, expect, it } from '@jest/globals';
import { PicturesAhead } from './pictures-ahead.ts';

/** A reader of pictures, with the paths in the order in which they were asked for. */
function reader(): { readonly pictures: PicturesAhead; readonly asked: string[] } {
  const asked: string[] = [];
  const pictures = new PicturesAhead(async (path) => {
    asked.push(path);
    // The later it is asked for, the sooner it is there.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 20 - asked.length)));
    if (path === 'broken') throw new Error('the server failed');
    return Uint8Array.of(Number(path));
  });
  return { pictures, asked };
}

async function* paths(...given: readonly string[]): AsyncGenerator<string> {
  yield* given;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, number) => String(number));

describe('PicturesAhead', () => {
  it('gives rows in order, each picture read once, eight ahead of its row', async () => {
    const { pictures, asked } = reader();
    const read: (readonly [number, number | undefined])[] = [];
    for await (const row of pictures.rows(paths(...numbers(20)), (path) => path)) {
      const ahead = asked.length - 1 - Number(row);
      const picture = (await pictures.read(row)) as Uint8Array;
      read.push([ahead, picture[0]]);
    }
    expect(read).toEqual(numbers(20).map((row) => [Math.min(8, 19 - Number(row)), Number(row)]));
    expect(asked).toEqual(numbers(20));
  });

  it('reads a picture of several near rows once', async () => {
    const { pictures, asked } = reader();
    for await (const row of pictures.rows(paths('1', '2', '1', '1'), (path) => path)) await pictures.read(row);
    expect(asked).toEqual(['1', '2']);
  });

  it('throws what a picture throws to the row that asks for it, and to no other', async () => {
    const { pictures } = reader();
    const got: string[] = [];
    for await (const row of pictures.rows(paths('1', 'broken', 'broken', '4'), (path) => path))
      got.push(
        await pictures.read(row).then(
          () => 'read',
          ({ message }: Error) => message,
        ),
      );
    expect(got).toEqual(['read', 'the server failed', 'the server failed', 'read']);
  });

  it('gives the rows before an error of the rows first', async () => {
    const { pictures } = reader();
    async function* damaged(): AsyncGenerator<string> {
      yield* numbers(12);
      throw new Error('the file ends early');
    }
    const got: string[] = [];
    const reading = (async (): Promise<void> => {
      for await (const row of pictures.rows(damaged(), (path) => path)) got.push(row);
    })();
    await expect(reading).rejects.toThrow('the file ends early');
    expect(got).toEqual(numbers(12));
  });

  it('closes the rows when it is stopped, and reads no more', async () => {
    const { pictures, asked } = reader();
    let isClosed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (let row = 0; ; row++) yield String(row);
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of pictures.rows(endless(), (path) => path)) break;
    expect([isClosed, asked.length]).toEqual([true, 9]);
  });
});
