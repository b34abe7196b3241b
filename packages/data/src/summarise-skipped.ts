import type { SkippedProduct } from './product.ts';

/** What was left out for one kind of reason. */
export interface SkippedKind {
  /** E.g. `has no image`. */
  readonly kind: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly SkippedProduct[];
}

/**
 * What was left out, by kind of reason, the commonest first. An entry without a `kind` goes by its reason, with its
 * own id taken out of it.
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
  // The sort is stable: of equally common kinds the first that was met comes first.
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

/** The id as a word of its own: the id 7 is not taken out of `700 pixels`. */
function withoutId({ id, reason }: SkippedProduct): string {
  if (id === '') return reason;
  const escaped = id.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return reason.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u'), '...');
}
