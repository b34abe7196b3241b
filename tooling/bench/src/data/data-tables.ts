import type { FirstFigures, LengthFigures, RateFigures } from './measure-data.ts';
import type { ReadingFigures } from './read-products.ts';

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
const seconds = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

/** What was measured of each format. */
export interface DataFigures {
  readonly first: readonly FirstFigures[];
  readonly rates: readonly RateFigures[];
  readonly lengths: readonly LengthFigures[];
}

/** The figures as Markdown, a table for each measured part. */
export function dataTables({ first, rates, lengths }: DataFigures): string {
  const parts = [
    first.length === 0
      ? ''
      : table(
          ['first product', 'GB of pictures', 'opened, s', 'first product, s', 'processor, s', 'MB above base'],
          first.map((one) => [
            one.format,
            (one.setBytes / 1e9).toFixed(1),
            seconds(one.openSeconds),
            seconds(one.firstSeconds),
            seconds(one.firstProcessorSeconds),
            megabytes(one.memoryBytes),
          ]),
        ),
    rates.length === 0 ? '' : rateTable(rates),
    lengths.length === 0
      ? ''
      : table(
          ['a long stream', 'products', 'left out', 'opened, s', 'read, s', 'MB above base'],
          lengths.map((one) => [
            one.format,
            String(one.products),
            String(one.leftOut),
            seconds(one.openSeconds),
            seconds(one.readSeconds),
            megabytes(one.memoryBytes),
          ]),
        ),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function rateTable(rates: DataFigures['rates']): string {
  const hasPython = rates.some(({ python }) => python !== undefined);
  const head = ['photographs', 'MB', 'MB/s', 'MB/s on one core', 'MB above base'];
  const rows = rates.map(({ format, bytes, rate, processorRate, memoryBytes, python }) => [
    ...[format, megabytes(bytes), megabytes(rate), megabytes(processorRate), megabytes(memoryBytes)],
    ...(hasPython
      ? [
          python?.library ?? '',
          python === undefined ? '' : megabytes(python.rate),
          python === undefined ? '' : megabytes(python.processorRate),
          python === undefined ? '' : python.ratio.toFixed(2),
        ]
      : []),
  ]);
  return table(hasPython ? [...head, 'against', 'its MB/s', 'its MB/s on one core', 'ratio'] : head, rows);
}

/** The figures of one reading of a user's products. */
export function readingTable(figures: ReadingFigures): string {
  const { form, products, leftOut, bytes, readSeconds, readProcessorSeconds } = figures;
  return table(
    [form, ''],
    [
      ['products, left out', `${products}, ${leftOut}`],
      ['MB of pictures', megabytes(bytes)],
      ['opened, s', seconds(figures.openSeconds)],
      ['first product, s', seconds(figures.firstSeconds)],
      ['read, s', seconds(readSeconds)],
      ['MB/s', megabytes(bytes / readSeconds)],
      ['MB/s on one core', megabytes(bytes / readProcessorSeconds)],
      ['MB above base', megabytes(figures.memoryBytes)],
    ],
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
