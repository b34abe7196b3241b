import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kaleido } from '@kaleido/pipeline/node';
import { type IndexSetUp, indexSetUp } from '../test/index-set-up.ts';
import { squares } from '../test/small-model.ts';
import { changesOnDisk, type FileChanges } from './index-folder.ts';
import { createIn, createIndex, type EmbedGroup, openIndex, type WritableIndex } from './node.ts';

let setUp: IndexSetUp;
let folder = '';
let model: Kaleido;
beforeAll(async () => {
  setUp = await indexSetUp('writable-index');
  model = setUp.model;
});
afterAll(() => setUp.close());
beforeEach(async () => {
  folder = await setUp.newFolder();
});

const image = new Uint8Array();
/** A product whose vector is its number in every place. */
const numbered = (number: number, caption = 'a dress') => ({ id: `p${number}`, image, caption });
const embed: EmbedGroup = async (group) =>
  group.map(({ id }) => ({ vector: new Float32Array(16).fill(Number(id.slice(1))) }));
const options = { embed, pictures: false };

/** All that can be found: ids with captions and scores. */
async function contentOf(index: WritableIndex): Promise<string[]> {
  const { hits } = await index.search({ vector: new Float32Array(16).fill(1), k: 10_000 });
  return hits.map(({ product: { id, caption }, score }) => `${id} ${caption} ${score}`).sort();
}

/** Each file of segments/ once per segment. */
const segmentsOnDisk = async (): Promise<string[]> => [
  ...new Set((await readdir(join(folder, 'segments'))).map((name) => name.slice(0, 6))),
];

describe('adding', () => {
  it('keeps what is the same, and replaces what has changed', async () => {
    const products = await squares(20);
    const index = await createIndex(folder, { model });
    await index.add(products);
    let embedded = 0;
    const counting: EmbedGroup = async (group) => {
      embedded += group.length;
      return (await model.embedImages(group.map(({ image: own }) => own as Uint8Array))).map((vector) => ({ vector }));
    };
    const changed = products.map((product, i) => (i === 4 ? { ...product, caption: 'another' } : product));
    const report = await index.add([...changed, ...(await squares(2, 20)), products[0]!], { embed: counting });
    expect(report).toEqual({
      added: 2,
      replaced: 1,
      unchanged: 19,
      leftOut: [{ id: 'square-0', reason: 'its id occurs twice' }],
    });
    expect([embedded, index.size]).toEqual([3, 22]);
    expect([...index.products()].find(({ id }) => id === 'square-4')?.caption).toBe('another');
    expect(await contentOf(await openIndex(folder))).toEqual(await contentOf(index));
  });

  it('leaves out photographs that cannot be read and vectors with NaN, counts them, and goes on', async () => {
    const products = await squares(40);
    const broken = { ...products[5]!, image: new TextEncoder().encode('no picture') };
    const index = await createIndex(folder, { model });
    const { added, leftOut } = await index.add(products.with(5, broken));
    expect(added).toBe(39);
    expect(leftOut).toEqual([{ id: 'square-5', reason: expect.stringMatching(/photograph 1 cannot be used: /) }]);
    const unsound: EmbedGroup = async (group) =>
      group.map(({ id }) => ({ vector: new Float32Array(id === 'p2' ? 3 : 16).fill(id === 'p1' ? Number.NaN : 1) }));
    const more = await index.add([numbered(1), numbered(2), numbered(3)], { embed: unsound, pictures: false });
    expect(more).toMatchObject({
      added: 1,
      leftOut: [
        { id: 'p1', reason: 'its vector has NaN or infinite numbers' },
        { id: 'p2', reason: 'its vector has 3 numbers, not 16' },
      ],
    });
    expect(index.size).toBe(40);
  });

  it('deletes, and merges segments that have become small or empty', async () => {
    const index = await createIndex(folder, { model });
    for (let i = 0; i < 9; i++) await index.add([numbered(2 * i), numbered(2 * i + 1)], options);
    expect(await segmentsOnDisk()).toHaveLength(1);
    expect(await index.delete(['p3', 'p3', 'unknown'])).toBe(1);
    expect(await segmentsOnDisk()).toEqual(['000010']);
    const before = await contentOf(index);
    await index.compact();
    expect(await segmentsOnDisk()).toEqual(['000011']);
    expect(await contentOf(index)).toEqual(before);
    expect(before).toHaveLength(17);
    await index.delete([...index.products()].map(({ id }) => id));
    expect([index.size, await contentOf(await openIndex(folder))]).toEqual([0, []]);
    await index.add([numbered(1)], options);
    expect(await segmentsOnDisk()).toEqual(['000012']);
  });

  it('keeps pictures and features when segments are merged, in bytes too', async () => {
    const products = await squares(6);
    const index = await createIndex(folder, { model, precision: 'int8', features: true });
    await index.add(products.slice(0, 3));
    await index.add(products.slice(3));
    const query = { text: 'a red dress', k: 6, rerank: { best: 6 } };
    const before = await index.search(query);
    const picture = await index.picture('square-4');
    await index.compact();
    const opened = await openIndex(folder, { model });
    expect(await opened.search(query)).toEqual(before);
    expect(picture?.length).toBeGreaterThan(20);
    expect(await opened.picture('square-4')).toEqual(picture);
  });

  it('is refused while another process changes the index, and sees what that process has done', async () => {
    const first = await createIndex(folder, { model });
    const second = await openIndex(folder, { model });
    const slow: EmbedGroup = async (group) => {
      await expect(second.delete(['p1'])).rejects.toThrow(/another process is writing to/);
      return embed(group);
    };
    await first.add([numbered(1), numbered(2)], { embed: slow, pictures: false });
    expect(await second.delete(['p1'])).toBe(1);
    expect(await first.add([numbered(1), numbered(2)], options)).toMatchObject({ added: 1, unchanged: 1 });
  });

  it('keeps what is written when it is aborted', async () => {
    const index = await createIndex(folder, { model });
    const controller = new AbortController();
    async function* endless(): AsyncGenerator<ReturnType<typeof numbered>> {
      for (let i = 0; ; i++) {
        if (i === 5000) controller.abort();
        yield numbered(i);
      }
    }
    await expect(index.add(endless(), { ...options, signal: controller.signal })).rejects.toThrow('aborted');
    expect((await openIndex(folder)).size).toBe(4096);
  });
});

describe('an index whose process is killed', () => {
  class Killed extends Error {}

  /** Fails at one change, before or after it, and at all later ones: nothing happens after a kill. */
  function killedAt(place: number, isAfter: boolean): FileChanges {
    let done = 0;
    const change = async (run: () => Promise<void>): Promise<void> => {
      done += 1;
      if (done > place || (done === place && !isAfter)) throw new Killed();
      await run();
      if (done === place) throw new Killed();
    };
    return {
      write: (path, content) => change(() => changesOnDisk.write(path, content)),
      remove: (path) => change(() => changesOnDisk.remove(path)),
    };
  }

  const works: readonly [name: string, work: (index: WritableIndex) => Promise<unknown>][] = [
    ['adding', (index) => index.add([numbered(20), numbered(1, 'changed')], options)],
    ['deleting', (index) => index.delete(['p1'])],
    ['merging', (index) => index.compact()],
    ['deleting and merging', (index) => index.delete(['p0', 'p1', 'p2'])],
  ];

  it.each(works)('is as before or after %s, at every moment, and goes on', async (_, work) => {
    const build = async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      const index = await createIndex(folder, { model });
      for (const part of [
        [0, 1, 2],
        [3, 4],
        [5, 6, 7],
      ])
        await index.add(
          part.map((i) => numbered(i)),
          options,
        );
      await index.delete(['p4']);
    };
    await build();
    const untouched = await openIndex(folder);
    const before = await contentOf(untouched);
    await work(untouched);
    const after = await contentOf(untouched);

    let moments = 0;
    for (let place = 1, ended = false; !ended; place++)
      for (const isAfter of [false, true]) {
        await build();
        const changes = killedAt(place, isAfter);
        const index = await createIn(folder, { model }, changes);
        const outcome = await work(index).then(
          () => 'done',
          (error: unknown) => error,
        );
        ended = outcome === 'done';
        if (!ended) expect(outcome).toBeInstanceOf(Killed);
        moments += 1;
        const opened = await openIndex(folder, { model });
        expect([before, after]).toContainEqual(await contentOf(opened));
        await work(opened);
        expect(await contentOf(await openIndex(folder))).toEqual(after);
        expect((await readdir(folder)).sort()).toEqual(['index.json', 'segments']);
        await opened.compact();
        expect(await segmentsOnDisk()).toHaveLength(1);
      }
    expect(moments).toBeGreaterThan(3);
  });

  it('is whole after real kills of a writing process, and the next process goes on', async () => {
    await (await createIndex(folder, { model })).add([numbered(0, 'batch 0')], options);
    const batches = 40;
    const module = new URL('../dist/node.js', import.meta.url).href;
    // Each batch adds four products and replaces p0, which says how far it has come.
    const code = `import { openIndex } from ${JSON.stringify(module)};
      const product = (number, caption) => ({ id: 'p' + number, image: new Uint8Array(), caption });
      const embed = async (group) => group.map(({ id }) => ({ vector: new Float32Array(16).fill(Number(id.slice(1))) }));
      const index = await openIndex(process.argv[1]);
      console.log('open');
      for (let batch = 1 + (index.size - 1) / 4; batch <= ${batches}; batch++) {
        const added = [3, 2, 1, 0].map((back) => product(4 * batch - back, 'a dress'));
        await index.add([product(0, 'batch ' + batch), ...added], { embed, pictures: false });
      }`;
    const expected = (done: number): string[] =>
      [`p0 batch ${done} 0`, ...Array.from({ length: 4 * done }, (_, i) => `p${i + 1} a dress ${16 * (i + 1)}`)].sort();
    let kills = 0;
    for (let wait = 5; ; wait *= 2) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder]);
      const closed = once(child, 'close');
      await once(child.stdout, 'data');
      await setTimeout(wait);
      child.kill('SIGKILL');
      const [exit, signal] = await closed;
      const index = await openIndex(folder);
      const done = (index.size - 1) / 4;
      expect(await contentOf(index)).toEqual(expected(done));
      if (signal === null) {
        expect([exit, done]).toEqual([0, batches]);
        break;
      }
      kills += 1;
    }
    expect(kills).toBeGreaterThan(0);
    const index = await openIndex(folder);
    await index.compact();
    expect(await contentOf(index)).toEqual(expected(batches));
    expect((await readdir(folder)).sort()).toEqual(['index.json', 'segments']);
    expect(await segmentsOnDisk()).toHaveLength(1);
  });
});
