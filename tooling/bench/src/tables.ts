import type { BackendFigures, ProductRates, StepFigures } from './figures.ts';

/** A backend's figures as Markdown: the measured parts in order, and the error if it ended early. */
export function tables(figures: BackendFigures): string {
  const { backend, description, preset, batchSize, sequenceLength, dropout, precision } = figures;
  const parts = [
    `## ${backend}`,
    `${description ?? 'not opened'}. Preset ${preset}: batch ${batchSize}, ${sequenceLength} positions, dropout ${dropout}, ${precision}.`,
    matmulTable(figures),
    operationTable(figures),
    stepTable(figures),
    kernelTable(figures),
    torchTable(figures),
    figures.error === undefined ? '' : `**Ended early:** ${figures.error}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function matmulTable({ matmul }: BackendFigures): string {
  if (matmul === undefined) return '';
  const rates = ({ nn, nt, tn }: ProductRates): string[] => [nn, nt, tn].map((rate) => rate.toFixed(1));
  const rows = matmul.shapes.map(({ name, batch, rows, inner, columns, composed, ...own }) => [
    name,
    `${batch > 1 ? `${batch} x ` : ''}${rows} x ${inner} x ${columns}`,
    ...rates(own),
    ...(composed === undefined ? ['', '', ''] : rates(composed)),
  ]);
  const withComposed = matmul.shapes.some(({ composed }) => composed !== undefined);
  const head = ['products, GFLOP/s', 'shape', 'NN', 'NT', 'TN', 'NN composed', 'NT composed', 'TN composed'];
  const width = withComposed ? head.length : 5;
  return table(
    head.slice(0, width),
    [...rows, ['best', '', ...rates(matmul), '', '', '']].map((row) => row.slice(0, width)),
    2,
  );
}

function operationTable({ operations }: BackendFigures): string {
  if (operations === undefined) return '';
  const rows = operations.map(({ name, composed, fused }) =>
    composed === undefined
      ? [name, decimals(fused)]
      : [name, decimals(composed), decimals(fused), (composed / fused).toFixed(1)],
  );
  const compared = operations.some(({ composed }) => composed !== undefined);
  return table(['value and gradients', ...(compared ? ['composed, ms', 'fused, ms', 'ratio'] : ['ms'])], rows);
}

function stepTable({ step, composedStep, matching, operations }: BackendFigures): string {
  if (step === undefined) return '';
  const lines: [string, (figures: StepFigures) => string][] = [
    ['a training step, ms', ({ milliseconds }) => decimals(milliseconds)],
    ['its best, ms', ({ bestMilliseconds }) => decimals(bestMilliseconds)],
    ['examples a second', ({ examplesPerSecond }) => decimals(examplesPerSecond)],
    ['forward alone, ms', ({ forwardMilliseconds }) => decimals(forwardMilliseconds)],
    ['utilisation of the best NN rate', ({ utilisation }) => `${(100 * utilisation).toFixed(1)} %`],
    ['GFLOP in products', ({ floatingPointOperations }) => decimals(floatingPointOperations / 1e9)],
    ['kernels', ({ kernels }) => String(kernels)],
    ['dispatches', ({ dispatches }) => String(dispatches ?? '')],
    ['reads', ({ reads }) => String(reads)],
    ['live tensors, before and after', ({ tensorsBefore, tensorsAfter }) => `${tensorsBefore}, ${tensorsAfter}`],
    ['MB held by tensors', ({ bytes }) => (bytes / 1e6).toFixed(0)],
    ['MB of the process', ({ residentBytes }) => (residentBytes / 1e6).toFixed(0)],
  ];
  const rows = lines.map(([name, cell]) =>
    composedStep === undefined ? [name, cell(step)] : [name, cell(composedStep), cell(step)],
  );
  const fused = operations?.some(({ composed }) => composed !== undefined) ? 'fused' : 'no fused kernels';
  const columns = composedStep === undefined ? [fused] : ['composed', fused];
  const parameters = `${(step.parameters / 1e6).toFixed(1)} M parameters`;
  const pairs =
    matching === undefined
      ? ''
      : `\n\nMatching: ${decimals(matching.pairsPerSecond)} pairs a second, ${matching.pairs} captions a photograph at once.`;
  return `${table([parameters, ...columns], rows)}${pairs}`;
}

function kernelTable({ step }: BackendFigures): string {
  if (step === undefined) return '';
  const rows = step.longest.map(({ kernel, calls, milliseconds }) => [kernel, String(calls), decimals(milliseconds)]);
  return table(["one step's longest kernels", 'calls', 'ms until they returned'], rows);
}

function torchTable({ torch }: BackendFigures): string {
  if (torch === undefined) return '';
  const { version, device, attention, losses } = torch;
  const [ours, theirs] = losses[0] as readonly [number, number];
  return [
    `PyTorch ${version}, ${attention} attention, ${device}; first losses from equal weights: ${ours.toFixed(5)} and ${theirs.toFixed(5)}.`,
    table(
      ['a training step, in turn', 'ours, ms', 'PyTorch, ms', 'ratio'],
      [
        ['median', decimals(torch.ownMilliseconds), decimals(torch.milliseconds), torch.ratio.toFixed(2)],
        ['best', decimals(torch.ownBestMilliseconds), decimals(torch.bestMilliseconds), torch.ratioOfBests.toFixed(2)],
        ['medians of each turn', '', '', torch.ratios.map((one) => one.toFixed(2)).join(' ')],
      ],
    ),
  ].join('\n\n');
}

/** Formats with three significant digits. */
function decimals(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/** @param words number of columns on the left with words; the others have numbers */
function table(head: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column < words ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
