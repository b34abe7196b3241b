/** Gives each dropout of a pass a seed of its own. */
export interface DropoutSeeds {
  next(): number;
}

/** The dropout seeds of one micro-batch of a step: the same every time the step runs. */
export function dropoutSeeds(seed: number, step: number, microBatch: number): DropoutSeeds {
  // Large odd factors keep the sequences of neighbouring steps and micro-batches apart.
  let next =
    (Math.imul(seed, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b) ^ Math.imul(microBatch + 1, 0xc2b2ae35)) | 0;
  return { next: () => (next = (next + 0x632be5ab) | 0) };
}
