import type { AbsentBackend, Backend, BackendSurvey, FoundBackend } from '@kaleido/backend';

/** Column widths in characters that fit a terminal of 100; longer text is wrapped. */
const widths = { backend: 10, device: 37, version: 27, rate: 8, gradients: 9 } as const;
const gap = '  ';
const restWidth = 100 - widths.backend - gap.length;

/** One row per backend: its properties, or why it is unavailable and what to do. */
export function surveyTable(surveys: readonly BackendSurvey[]): string {
  const heading = row(['', 'device', 'version', 'GFLOP/s', 'gradients']);
  const rows = surveys.flatMap((survey, index) =>
    survey.found ? foundRow(survey) : absentRow(survey, surveys.slice(0, index)),
  );
  const taken = takenUnasked(surveys);
  return [...heading, ...rows, '', `selectBackend() takes ${taken ?? 'none of them'}`].join('\n');
}

/** The backend that `selectBackend` selects by default. */
export function takenUnasked(surveys: readonly BackendSurvey[]): Backend | undefined {
  return surveys.find((survey) => survey.found && !survey.software)?.backend;
}

function foundRow({ backend, device, version, software, matmul, gradients }: FoundBackend): string[] {
  const error = gradients.largestRelativeError.toExponential(0);
  return row([
    backend,
    software ? `${device} (software)` : device,
    version,
    matmul.gigaflops.toFixed(1),
    gradients.passed ? 'right' : `WRONG by ${error}`,
  ]);
}

/** The row of an unavailable backend. If an earlier one has the same reason, it only refers to that one. */
function absentRow({ backend, reason, advice, output }: AbsentBackend, before: readonly BackendSurvey[]): string[] {
  const same = before.find((survey) => !survey.found && survey.reason === reason && survey.advice === advice);
  const said =
    same === undefined
      ? [`not here: ${reason}`, ...[output, advice].filter((line) => line !== undefined)]
      : [`not here, as ${same.backend}`];
  const lines = said.flatMap((text) => wrap(text, restWidth));
  return lines.map((line, index) => `${(index === 0 ? backend : '').padEnd(widths.backend)}${gap}${line}`);
}

/** One row of cells, on as many lines as its longest cell needs. */
function row(cells: readonly [string, string, string, string, string]): string[] {
  const columns = Object.values(widths);
  const wrapped = cells.map((cell, column) => wrap(cell, columns[column] as number));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((lines, column) => {
        const text = lines[line] ?? '';
        const width = columns[column] as number;
        return column === 3 ? text.padStart(width) : text.padEnd(width);
      })
      .join(gap)
      .trimEnd(),
  );
}

/** Wraps text at spaces to lines of at most `width` characters; longer words, like paths, stay whole if possible. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...(word.match(new RegExp(`.{1,${width}}`, 'g')) ?? []));
  }
  return lines;
}
