import { shortHash } from './short-hash.ts';

const firstRoom = 2 ** 10;

/**
 * The ids that have been read, as hashes of 8 bytes: a million take 16 MB, less than a set of texts, and the
 * garbage collector has nothing to look at. Two ids share a hash as seldom as `shortHash` says.
 */
export class SeenIds {
  /** At the place that its lowest bits say, or at the next free one. Zero is free. */
  #hashes = new BigUint64Array(firstRoom);
  #count = 0;

  has(id: string): boolean {
    return this.#hashes[this.#place(hashOf(id))] !== 0n;
  }

  /** @returns whether it is new */
  add(id: string): boolean {
    const hash = hashOf(id);
    const place = this.#place(hash);
    if (this.#hashes[place] !== 0n) return false;
    this.#hashes[place] = hash;
    this.#count++;
    if (2 * this.#count > this.#hashes.length) this.#grow();
    return true;
  }

  #place(hash: bigint): number {
    const most = this.#hashes.length - 1;
    let place = Number(hash & BigInt(most));
    for (let found = this.#hashes[place]; found !== 0n && found !== hash; found = this.#hashes[place])
      place = (place + 1) & most;
    return place;
  }

  #grow(): void {
    const before = this.#hashes;
    this.#hashes = new BigUint64Array(2 * before.length);
    for (const hash of before) if (hash !== 0n) this.#hashes[this.#place(hash)] = hash;
  }
}

function hashOf(id: string): bigint {
  return shortHash(id) || 1n;
}
