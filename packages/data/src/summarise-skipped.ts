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
  const kinds = new Map<string, { kind: string; count: number; examples: SkippedProduct[] }>();
  for (const product of skipped) {
    const kind = product.kind ?? withoutId(product);
    const found = kinds.get(kind) ?? { kind, count: 0, examples: [] };
    kinds.set(kind, found);
    found.count++;
    if (found.examples.length < examples) found.examples.push(product);
  }
  // The sort is stable: equally common kinds keep the order in which they occurred.
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

/** Removes the id only as a separate word: the id 7 is not removed from `700 pixels`. */
function withoutId({ id, reason }: SkippedProduct): string {
  if (id === '') return reason;
  const escaped = id.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return reason.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u'), '...');
}
