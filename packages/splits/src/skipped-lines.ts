import { type SkippedKind, type SkippedProduct, summariseSkipped } from '@kaleido/data';
import { printable } from '@kaleido/foundation';

/** Most kinds of reason, or notes, that are printed: with the lines around them they fill one screen. */
const mostKinds = 8;

/** Skipped products as lines for a terminal: the commonest kinds of reason with counts and first examples. */
export function skippedLines(skipped: readonly SkippedProduct[]): string[] {
  return skippedKindLines(summariseSkipped(skipped));
}

/** The same of products that are counted already. */
export function skippedKindLines(kinds: readonly SkippedKind[]): string[] {
  const lines = kinds.slice(0, mostKinds).flatMap(({ kind, count, examples }) => {
    const ids = examples.map(({ id }) => id).join(', ');
    const more = count > examples.length ? ` and ${count - examples.length} more` : '';
    return [
      printable(`  ${count} left out: ${withoutPackage(kind)} (${ids}${more})`),
      printable(`    the first: ${withoutPackage(examples[0]?.reason ?? '')}`),
    ];
  });
  const further = kinds.slice(mostKinds).reduce((sum, { count }) => sum + count, 0);
  return further === 0 ? lines : [...lines, `  ${further} left out for ${kinds.length - mostKinds} further reasons`];
}

/** Images decoded despite a fault, in the same format. */
export function notedLines(noted: readonly { readonly id: string; readonly note: string }[]): string[] {
  const notes = new Map<string, string[]>();
  for (const { id, note } of noted) notes.set(note, [...(notes.get(note) ?? []), id]);
  return [...notes].slice(0, mostKinds).map(([note, ids]) => {
    const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
    return printable(`  ${ids.length} decoded with a note: ${note} (${ids.slice(0, 3).join(', ')}${more})`);
  });
}

/** An error or warning without the package name at its start. */
export function withoutPackage(text: string): string {
  return text.replace(/^@kaleido\/[\w-]+: /, '');
}
