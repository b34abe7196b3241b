import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A named stream of random draws, the source of every random choice of the project. The same seed and names give the
 * same draws on every machine. Different names give unrelated draws, so a new draw in one place changes none elsewhere.
 */
export interface RandomStream {
  /** A float in [0, 1). */
  uniform(): number;
  /** An integer in [0, bound); `bound` is a whole number from 1. */
  integer(bound: number): number;
  /** A draw from the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items; all are equally likely. */
  pick<Item>(items: readonly Item[]): Item;
  /** A new array with the items in random order (Fisher-Yates). */
  shuffle<Item>(items: readonly Item[]): Item[];
  /** An independent stream under this one's name. */
  child(...names: readonly (string | number)[]): RandomStream;
}

/** Opens the stream of that name, e.g. `randomStream(recipe.seed, 'masking', epoch)`. */
export function randomStream(seed: number, ...names: readonly (string | number)[]): RandomStream {
  return open([String(seed), ...names.map(String)]);
}

function open(path: readonly string[]): RandomStream {
  const generator = xoroshiro128plus(hash(path.join('\u0000')));
  const uniform = (): number => uniformFloat64(generator);
  const integer = (bound: number): number => {
    if (!Number.isSafeInteger(bound) || bound < 1) throw new RangeError(`no integer lies in [0, ${bound})`);
    return uniformInt(generator, 0, bound - 1);
  };
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    chance: (probability) => uniform() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('a pick from no items');
      return items[integer(items.length)] as (typeof items)[number];
    },
    shuffle: (items) => {
      const order = [...items];
      for (let i = order.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j] as (typeof order)[number], order[i] as (typeof order)[number]];
      }
      return order;
    },
    child: (...names) => open([...path, ...names.map(String)]),
  };
}

/** 32 bits of FNV-1a with a final avalanche (murmur3's), so that near names start far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
