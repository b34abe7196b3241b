import type { SkippedProduct } from './product.ts';

/** The products left out for one kind of reason. */
export interface SkippedKind {
  /** E.g. `has no image`. */
  readonly kind: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly SkippedProduct[];
}

/**
 * Groups skipped products by kind of reason, the most common first. An entry without a `kind` is grouped by its reason,
 * without its own id.
 * @param examples how many of each kind are kept. Default: 3, which fit on a line
 */
export function summariseSkipped(skipped: Iterable<SkippedProduct>, examples = 3): SkippedKind[] {
  const counts = new SkippedCounts(examples);
  for (const product of skipped) counts.add(product);
  return counts.kinds();
}

/** Reasons may name what no other reason does: further kinds are counted as one, so that memory stays bounded. */
const mostKinds = 1000;

/** As `summariseSkipped`, of products that are given one by one, of which only the examples are kept. */
export class SkippedCounts {
  readonly #kinds = new Map<string, { kind: string; count: number; examples: SkippedProduct[] }>();
  readonly #examples: number;

  constructor(examples = 3) {
    this.#examples = examples;
  }

  add(product: SkippedProduct): void {
    const own = product.kind ?? withoutId(product);
    const kind = this.#kinds.size < mostKinds || this.#kinds.has(own) ? own : 'has another fault';
    const found = this.#kinds.get(kind) ?? { kind, count: 0, examples: [] };
    this.#kinds.set(kind, found);
    found.count++;
    if (found.examples.length < this.#examples) found.examples.push(product);
  }

  /** The most common first. */
  kinds(): SkippedKind[] {
    // The sort is stable: equally common kinds keep the order in which they occurred.
    return [...this.#kinds.values()].sort((a, b) => b.count - a.count);
  }
}

/** Removes the id only as a separate word: the id 7 is not removed from `700 pixels`. */
function withoutId({ id, reason }: SkippedProduct): string {
  if (id === '') return reason;
  const escaped = id.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return reason.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u'), '...');
}
