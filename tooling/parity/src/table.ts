import { type Comparison, isWithin } from './comparison.ts';

const number = (value: number): string =>
  value === 0 || Number.isInteger(value) ? String(value) : value.toExponential(1);

/** A line for each comparison, those beyond their tolerance first to be seen; the last line counts them. */
export function table(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => {
    const { backend = '', name, count, absolute, relative, tolerance, where, skipped } = comparison;
    if (skipped !== undefined) return ['-', backend, name, '', '', '', '', `skipped: ${skipped}`];
    return [
      isWithin(comparison) ? 'ok' : 'FAR',
      backend,
      name,
      String(count),
      number(absolute),
      number(relative),
      number(tolerance),
      absolute === 0 ? '' : where,
    ];
  });
  const heading = ['', 'backend', 'value', 'count', 'absolute', 'relative', 'tolerance', 'largest at'];
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length)));
  const right = new Set([3, 4, 5, 6]);
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1
          ? cell
          : right.has(column)
            ? cell.padStart(widths[column]!)
            : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n${summary(comparisons)}`;
}

export function summary(comparisons: readonly Comparison[]): string {
  const compared = comparisons.filter(({ skipped }) => skipped === undefined);
  const far = compared.filter((comparison) => !isWithin(comparison)).length;
  const skips = comparisons.length - compared.length;
  return `${compared.length - far} within tolerance, ${far} beyond it, ${skips} skipped`;
}
