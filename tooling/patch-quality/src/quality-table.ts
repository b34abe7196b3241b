import type { QualityRow } from './foreground-quality.ts';

/** Rows as aligned text, one block for each set of figures. */
export function qualityTable(rows: readonly QualityRow[]): string {
  return [...groups(rows)].map(([, block]) => table(block)).join('\n\n');
}

function groups(rows: readonly QualityRow[]): Map<string, QualityRow[]> {
  const found = new Map<string, QualityRow[]>();
  for (const row of rows) {
    const key = Object.keys(row.figures).join();
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return found;
}

function table(rows: readonly QualityRow[]): string {
  const names = Object.keys(rows[0]?.figures ?? {});
  const lines = [
    ['data', 'what', ...names],
    ...rows.map(({ data, finder, figures }) => [data, finder, ...names.map((name) => figure(figures[name]!))]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value < 10 ? value.toFixed(3) : value.toFixed(1);
}
