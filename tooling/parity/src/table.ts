import { type Comparison, isWithin } from './comparison.ts';

const number = (value: number): string =>
  value === 0 || Number.isInteger(value) || !Number.isFinite(value) ? String(value) : value.toExponential(1);

/** One line per comparison. */
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
      // A reference of zeros has no relative difference.
      Number.isFinite(absolute) && !Number.isFinite(relative) ? '-' : number(relative),
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
  return lines.join('\n');
}

export function summary(comparisons: readonly Comparison[]): string {
  const compared = comparisons.filter(({ skipped }) => skipped === undefined);
  const far = compared.filter((comparison) => !isWithin(comparison)).length;
  const skips = comparisons.length - compared.length;
  return `${compared.length - far} within tolerance, ${far} beyond it, ${skips} skipped`;
}

/**
 * The worst of each kind of value on each backend, as a share of its tolerance. A kind is a name without its case, and
 * without the names of layers and variables.
 */
export function groups(comparisons: readonly Comparison[]): string {
  const worst = new Map<string, { count: number; share: number; at: Comparison }>();
  for (const comparison of comparisons) {
    if (comparison.skipped !== undefined) continue;
    const { name, backend = '', absolute, tolerance } = comparison;
    const kind = name.replace(/^\S+ /, '').replace(/^(grad|step\d+|encoder|checkpoint after\d+|gradients)\/.*$/, '$1');
    const key = `${kind}\t${backend}`;
    const share = absolute === 0 ? 0 : absolute / tolerance;
    const known = worst.get(key);
    if (known === undefined) worst.set(key, { count: 1, share, at: comparison });
    else {
      known.count++;
      if (share > known.share) Object.assign(known, { share, at: comparison });
    }
  }
  const rows = [...worst].map(([key, { count, share, at }]) => [
    ...(key.split('\t') as [string, string]),
    String(count),
    number(at.absolute),
    share === 0 ? '0' : share.toFixed(2),
  ]);
  const heading = ['worst of', 'backend', 'values', 'absolute', 'of its tolerance'];
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  return [heading, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
