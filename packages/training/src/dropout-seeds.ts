/** Gives every dropout of a step and shard a seed of its own, the same whenever the step is taken. */
export function dropoutSeeds(seed: number, step: number, shard: number): { next(): number } {
  // Large odd factors keep the sequences of neighbouring steps and shards apart.
  let next = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b) ^ Math.imul(shard + 1, 0xc2b2ae35)) | 0;
  return { next: () => (next = (next + 0x632be5ab) | 0) };
}
