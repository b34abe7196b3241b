import type { Duplicates, Inspection, LabelInspection } from './inspection.ts';
import { pictureLines } from './inspection-words.ts';

/** Rows that fill a part of a terminal's screen. */
const [mostColumns, mostFields, mostSplits] = [16, 12, 8];
/** A line that is longer is cut. */
const widest = 110;

const number = (count: number): string => count.toLocaleString('en');

/**
 * An inspection as lines for a terminal, without what is left out and the notes.
 * The lines hold texts of the data as they are: pass each through `printable` before a terminal shows it.
 */
export function inspectionLines(inspection: Inspection): string[] {
  const { columns, splits, labels, captions, pictures } = inspection;
  const sections: string[][] = [
    limited(
      table([
        ['split', 'photographs', 'products', 'left out'],
        ...splits.map((split) => [split.name, ...[split.photographs, split.products, split.leftOut].map(number)]),
      ]),
      mostSplits + 1,
    ),
    [
      ...splits.flatMap(({ name, error }) =>
        error === undefined ? [] : [`${name} was not read to its end: ${error.replace(/^@kaleido\/[\w-]+: /, '')}`],
      ),
      ...(inspection.photographs === 0
        ? []
        : [
            `Captions have ${captions.shortest} to ${captions.longest} words, half of them ${captions.median} or fewer`,
          ]),
      ...pictureLines(pictures),
    ],
  ];
  if (columns !== undefined)
    sections.push(
      limited(
        table(
          [
            ['field', 'column', 'why'],
            ...columns.map(({ field, columns: from, reason }) => [field ?? 'not read', from.join(' + '), reason]),
          ],
          3,
        ),
        mostColumns + 1,
      ),
    );
  if (labels.length > 0)
    sections.push(
      limited(
        table([['label', 'with it', 'different', 'once'], ...labels.map((label) => labelRow(label, inspection))], 1, [
          'commonest',
          ...labels.map(({ commonest }) =>
            commonest.map(({ value, photographs }) => `${value} ${number(photographs)}`).join(', '),
          ),
        ]),
        mostFields + 1,
      ),
    );
  sections.push(duplicateRows(inspection));
  return sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function labelRow(
  { field, photographs, values, isCounted, once }: LabelInspection,
  { photographs: all }: Inspection,
): string[] {
  const share = photographs === all ? '100 %' : `${Math.min(99.9, (100 * photographs) / all).toFixed(1)} %`;
  return [field, share, `${number(values)}${isCounted ? '' : '+'}`, number(once)];
}

function duplicateRows({ duplicates }: Inspection): string[] {
  const { captions, pictures, near, isNearWhole, notCompared, nearDistance } = duplicates;
  const row = (name: string, { photographs, groups, acrossSplits }: Duplicates): string[] => [
    name,
    number(photographs),
    number(groups),
    number(acrossSplits),
  ];
  return [
    ...table([
      ['duplicates', 'photographs', 'groups', 'in two splits'],
      row('the same photograph', pictures),
      row(`alike (distance ${nearDistance})`, near),
      row('the same caption', captions),
    ]),
    ...(isNearWhole ? [] : ['comparing stopped after many pairs: there may be more that are alike']),
    ...(notCompared === 0 ? [] : [`${number(notCompared)} further photographs were not compared, for memory`]),
  ];
}

/**
 * Columns below each other, numbers to the right.
 * @param texts how many columns, from the left, are text
 * @param last a last column of text, without padding
 */
function table(rows: readonly (readonly string[])[], texts = 1, last: readonly string[] = []): string[] {
  const width = (column: number): number => Math.min(44, Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row, index) =>
    [
      ...row.map((cell, column) =>
        column < texts ? shortened(cell, column, texts).padEnd(width(column)) : cell.padStart(width(column)),
      ),
      ...(last[index] === undefined ? [] : [last[index]]),
    ]
      .join('  ')
      .trimEnd(),
  );
  return lines.map(cut);
}

/** The last column of text is cut with the line. */
function shortened(cell: string, column: number, texts: number): string {
  return column + 1 < texts && cell.length > 44 ? `${cell.slice(0, 43)}…` : cell;
}

function limited(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `and ${lines.length - most} more`];
}

function cut(line: string): string {
  return line.length <= widest ? line : `${line.slice(0, widest - 1)}…`;
}
