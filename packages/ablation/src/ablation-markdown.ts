import type { AblationFigure, AblationGroup, AblationRow, AblationTable, AblationValue } from '@kaleido/eval';

/** The table as Markdown whose columns are aligned, so that it can be read in a terminal too. */
export function ablationMarkdown({ name, seeds, figures, groups, runs, unknown, reference }: AblationTable): string {
  const rows = groups.flatMap(({ variants }) => variants);
  const referenceRuns = rows.find((row) => row.name === reference)?.runs;
  const parts = groups.map(
    (group) => `### ${group.name}\n\n${groupTable(group, figures, (row) => row.runs === referenceRuns)}`,
  );
  const isCompared = rows.some(({ values }) => Object.values(values).some(({ withinSpread }) => withinSpread === true));
  const notes = [
    `${runs.finished} of ${runs.planned} runs are finished, seeds ${seeds.join(', ')}. Mean ± sample deviation over seeds.`,
    `The reference is in bold.${isCompared ? ' ≈: differs from it by no more than the spread, the root mean square of both deviations.' : ''}`,
    ...(unknown === 0 ? [] : [`${unknown} figures are unknown: their runs did not measure them.`]),
  ];
  return [`## ${name}`, ...parts, ...notes].join('\n\n').concat('\n');
}

/** Columns that are empty for the whole group are left out. */
function groupTable(
  { variants }: AblationGroup,
  figures: readonly AblationFigure[],
  isReference: (row: AblationRow) => boolean,
): string {
  const shown = figures.filter(({ key }) => variants.some(({ values }) => values[key] !== undefined));
  const withPaper = variants.some(({ paper }) => paper !== undefined);
  return aligned(
    ['variant', 'seeds', ...shown.map(({ title }) => title), ...(withPaper ? ["the paper's SumR"] : [])],
    variants.map((row) => [
      isReference(row) ? `**${row.title}**` : row.title,
      String(row.seeds.length),
      ...shown.map(({ key }) => cellOf(row.values[key], row.seeds.length)),
      ...(withPaper ? [row.paper?.toFixed(2) ?? ''] : []),
    ]),
  );
}

/** Empty for an unknown figure. `1 of 3`: how many of the runs have it, if not all. */
function cellOf(value: AblationValue | undefined, runs: number): string {
  if (value === undefined) return '';
  const { mean, standardDeviation, withinSpread, bySeed } = value;
  const known = Object.keys(bySeed).length;
  return [
    mean.toFixed(1),
    ...(standardDeviation === undefined ? [] : [`± ${standardDeviation.toFixed(1)}`]),
    ...(withinSpread === true ? ['≈'] : []),
    ...(known < runs ? [`(${known} of ${runs})`] : []),
  ].join(' ');
}

function aligned(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const text = (cell: string): string => cell.replaceAll('|', '\\|');
  const widths = head.map((title, column) =>
    Math.max(3, text(title).length, ...rows.map((row) => text(row[column] as string).length)),
  );
  const isFirst = (column: number): boolean => column === 0;
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return isFirst(column) ? text(cell).padEnd(width) : text(cell).padStart(width);
      })
      .join(' | ')} |`;
  const rule = widths.map((width, column) => (isFirst(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
