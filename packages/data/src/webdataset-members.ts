import type { DataFile } from './data-file.ts';
import { tarEntries } from './tar-files.ts';

/** An item with the bytes of its entries, by entry number. */
export interface CollectedItem<Item> {
  readonly item: Item;
  readonly bytes: ReadonlyMap<number, Uint8Array>;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly bytes: Map<number, Uint8Array>;
  readonly entries: readonly number[];
  readonly last: number;
}

/** Room for thousands of photographs. */
const mostWaitingBytes: number = 256 * 2 ** 20;

/**
 * Streams a tar file and yields each item as soon as all its entries are read. An entry may belong to several items.
 * If the incomplete items hold more than `most` bytes, those whose last entries are farthest away are deferred to
 * another pass over the file.
 * @param entriesOf the numbers of an item's entries; items without any are yielded first
 */
export async function* readMembers<Item>(
  file: DataFile,
  items: readonly Item[],
  entriesOf: (item: Item) => readonly number[],
  most: number = mostWaitingBytes,
): AsyncGenerator<CollectedItem<Item>> {
  let rest: Waiting<Item>[] = [];
  for (const item of items) {
    const entries = [...new Set(entriesOf(item))];
    if (entries.length === 0) yield { item, bytes: new Map() };
    else rest.push({ item, bytes: new Map(), entries, last: Math.max(...entries) });
  }
  while (rest.length > 0) {
    const putOff: Waiting<Item>[] = [];
    yield* readPass(file, rest, most, putOff);
    rest = putOff;
  }
}

async function* readPass<Item>(
  file: DataFile,
  items: readonly Waiting<Item>[],
  most: number,
  putOff: Waiting<Item>[],
): AsyncGenerator<CollectedItem<Item>> {
  const wanted = new Map<number, Set<Waiting<Item>>>();
  for (const item of items)
    for (const entry of item.entries) wanted.set(entry, (wanted.get(entry) ?? new Set()).add(item));
  // Incomplete items that hold bytes; and how many items hold each entry.
  const begun = new Set<Waiting<Item>>();
  const holders = new Map<number, number>();
  /** Entries of several items. */
  const shared = new Set<number>();
  let waitingBytes = 0;
  const hold = (item: Waiting<Item>, entry: number, bytes: Uint8Array): void => {
    const count = holders.get(entry) ?? 0;
    holders.set(entry, count + 1);
    if (count === 0) waitingBytes += bytes.length;
    item.bytes.set(entry, bytes);
    begun.add(item);
  };
  const release = (item: Waiting<Item>): void => {
    begun.delete(item);
    for (const [entry, bytes] of item.bytes) {
      const count = (holders.get(entry) ?? 0) - 1;
      if (count > 0) holders.set(entry, count);
      else {
        holders.delete(entry);
        waitingBytes -= bytes.length;
      }
    }
  };
  let index = -1;
  for await (const entry of tarEntries(file)) {
    index++;
    const takers = wanted.get(index);
    if (takers === undefined) continue;
    wanted.delete(index);
    const bytes = await entry.read();
    if (takers.size > 1) shared.add(index);
    for (const taker of takers) hold(taker, index, bytes);
    for (const taker of takers) {
      if (taker.bytes.size < taker.entries.length) continue;
      release(taker);
      const collected = new Map(taker.bytes);
      // Every item gets memory of its own: it may be handed to another thread.
      for (const [one, held] of collected) if (shared.has(one)) collected.set(one, held.slice());
      // `items` lives as long as the pass, and would hold the bytes of the whole shard.
      taker.bytes.clear();
      yield { item: taker.item, bytes: collected };
    }
    // One is always kept, so that every pass makes progress.
    while (waitingBytes > most && begun.size > 1) {
      const farthest = [...begun].reduce((a, b) => (b.last > a.last ? b : a));
      release(farthest);
      farthest.bytes.clear();
      for (const one of farthest.entries) {
        const others = wanted.get(one);
        others?.delete(farthest);
        if (others?.size === 0) wanted.delete(one);
      }
      putOff.push(farthest);
    }
    if (wanted.size === 0) return;
  }
}
