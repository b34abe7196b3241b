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
    `${runs.finished} of ${runs.planned} runs are finished, seeds ${seeds.join(', ')}. Mean, and in brackets the difference from the reference, seed by seed.`,
    `The reference is in bold, with its deviation.${isCompared ? ' ≈: the difference is no larger than its own deviation over the seeds.' : ''}`,
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
  const { mean, standardDeviation, difference, differenceDeviation, withinSpread, bySeed } = value;
  const deviation = (of: number | undefined): string => (of === undefined ? '' : ` ± ${of.toFixed(1)}`);
  const known = Object.keys(bySeed).length;
  return [
    difference === undefined
      ? `${mean.toFixed(1)}${deviation(standardDeviation)}`
      : `${mean.toFixed(1)} (${signed(difference)}${deviation(differenceDeviation)})`,
    ...(withinSpread === true ? ['≈'] : []),
    ...(known < runs ? [`(${known} of ${runs})`] : []),
  ].join(' ');
}

/** With the sign that it has after rounding. */
function signed(value: number): string {
  const text = value.toFixed(1);
  if (text === '0.0' || text === '-0.0') return '0.0';
  return value > 0 ? `+${text}` : text.replace('-', '−');
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
