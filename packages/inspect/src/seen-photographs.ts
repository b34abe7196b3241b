import type { Product } from '@kaleido/data';
import { shortHash } from '@kaleido/data/node';
import { Uint64List } from '@kaleido/foundation';
import type { DuplicateExample, DuplicateInspection, Duplicates, PhotographKey } from './inspection.ts';
import { nearDefaults, nearPictures } from './near-pictures.ts';
import { type PictureSketch, sketchBytes } from './picture-sketch.ts';
import { equalRows } from './row-groups.ts';
import { TextList } from './text-list.ts';

/** Examples of each kind of duplicates, and their photographs that are named. */
const [mostExamples, mostMembers] = [8, 6];

/** The photographs of all splits, as numbers: what is needed to find those that are there twice. */
export class SeenPhotographs {
  readonly #mostProducts: number;
  readonly #splits: { readonly name: string; readonly start: number }[] = [];
  readonly #ids = new TextList();
  readonly #captions = new Uint64List();
  readonly #bytes = new Uint64List();
  readonly #products = new Uint64List();
  readonly #hashes = new Uint64List();
  #colours = new Uint8Array(1024 * sketchBytes);
  /** The row of each sketch. */
  readonly #sketched: number[] = [];
  #notCompared = 0;

  constructor(mostProducts: number) {
    this.#mostProducts = mostProducts;
  }

  beginSplit(name: string): void {
    this.#splits.push({ name, start: this.#captions.length });
  }

  add({ id, productId, caption, image }: Product, sketch: PictureSketch | undefined): void {
    const row = this.#captions.length;
    if (row >= this.#mostProducts) {
      this.#notCompared++;
      return;
    }
    this.#ids.add(id);
    this.#captions.add(shortHash(caption));
    this.#bytes.add(shortHash(image.bytes));
    this.#products.add(shortHash(productId));
    if (sketch === undefined) return;
    const start = sketchBytes * this.#hashes.length;
    if (start === this.#colours.length) {
      const more = new Uint8Array(2 * start);
      more.set(this.#colours);
      this.#colours = more;
    }
    this.#colours.set(sketch.colours, start);
    this.#hashes.add(sketch.hash);
    this.#sketched.push(row);
  }

  /** The number of different products of each split, and of all. */
  products(): { readonly all: number; readonly ofSplit: readonly number[] } {
    const products = this.#products.values();
    return {
      all: distinct(products),
      ofSplit: this.#splits.map(({ start }, index) =>
        distinct(products.subarray(start, this.#splits[index + 1]?.start ?? products.length)),
      ),
    };
  }

  duplicates(): DuplicateInspection {
    const products = this.#products.values();
    const captions = equalRows(this.#captions.values()).filter((rows) =>
      rows.some((row) => products[row] !== products[rows[0] as number]),
    );
    const pictures = equalRows(this.#bytes.values());
    // One photograph of those with equal bytes stands for all.
    const repeated = new Set(pictures.flatMap((rows) => rows.slice(1)));
    const kept = [...this.#sketched.keys()].filter((index) => !repeated.has(this.#sketched[index] as number));
    const rowOf = (index: number): number => this.#sketched[kept[index] as number] as number;
    const hashes = this.#hashes.values();
    const near = nearPictures(
      {
        hashes: BigUint64Array.from(kept, (index) => hashes[index] as bigint),
        colours: this.#coloursOf(kept),
      },
      { isExpected: (a, b) => products[rowOf(a)] === products[rowOf(b)] },
    );
    return {
      captions: this.#duplicates(captions),
      pictures: this.#duplicates(pictures),
      near: this.#duplicates(near.groups.map((rows) => rows.map(rowOf))),
      nearDistance: nearDefaults.distance,
      nearDifference: nearDefaults.difference,
      isNearWhole: near.isWhole,
      notCompared: this.#notCompared,
    };
  }

  #coloursOf(kept: readonly number[]): Uint8Array {
    if (kept.length === this.#sketched.length) return this.#colours;
    const colours = new Uint8Array(kept.length * sketchBytes);
    for (const [at, index] of kept.entries())
      colours.set(this.#colours.subarray(index * sketchBytes, (index + 1) * sketchBytes), at * sketchBytes);
    return colours;
  }

  #duplicates(groups: readonly number[][]): Duplicates {
    const isAcross = (rows: readonly number[]): boolean => {
      const split = this.#splitOf(rows[0] as number);
      return rows.some((row) => this.#splitOf(row) !== split);
    };
    const [across, within]: [number[][], number[][]] = [[], []];
    for (const rows of groups) (isAcross(rows) ? across : within).push(rows);
    return {
      groups: groups.length,
      photographs: groups.reduce((sum, { length }) => sum + length, 0),
      acrossSplits: across.length,
      examples: [...across.slice(0, mostExamples), ...within].slice(0, mostExamples).map((rows) => this.#example(rows)),
    };
  }

  /** The first photographs of a group, of each split at least one. */
  #example(rows: readonly number[]): DuplicateExample {
    const firsts = this.#splits.flatMap(({ name }) => rows.find((row) => this.#splitOf(row) === name) ?? []);
    const members = [...new Set([...firsts, ...rows.slice(0, mostMembers)])].slice(0, mostMembers);
    return { photographs: rows.length, members: members.map((row) => this.#keyOf(row)) };
  }

  #keyOf(row: number): PhotographKey {
    return { split: this.#splitOf(row), id: this.#ids.get(row) };
  }

  #splitOf(row: number): string {
    return this.#splits.findLast(({ start }) => start <= row)?.name ?? '';
  }
}

function distinct(numbers: BigUint64Array): number {
  const sorted = numbers.slice().sort();
  let count = 0;
  for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) count++;
  return count;
}
