import { readAblation, runAblation } from '@kaleido/ablation/node';
import type { Backend, Precision } from '@kaleido/backend';
import { type DataReadingTexts, dataFromUser, parseDataReading } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser, threadCount } from '@kaleido/foundation/node';
import type { Run } from './run.ts';

export interface AblationCommandOptions extends DataReadingTexts {
  readonly recipe: string;
  readonly data?: string;
  readonly out?: string;
  readonly only?: readonly string[];
  readonly seeds?: string;
  readonly backend: string;
  readonly precision: string;
  readonly threads: string;
  readonly cache: string;
  readonly overwrite?: boolean;
}

/** Reads an ablation; the run ends with its table. */
export async function ablationRun(options: AblationCommandOptions): Promise<Run> {
  const { recipe: file, data, out, only, seeds, backend, precision, cache, overwrite = false } = options;
  const plan = await readAblation(pathFromUser(file));
  const threads = threadCount(options.threads, 'train');
  const chosen = seeds === undefined ? {} : { seeds: seedsOf(seeds) };
  return async (listeners) => {
    const { kind, markdown, report } = await runAblation({
      plan,
      file,
      ...(data === undefined ? {} : { data: await dataFromUser(data) }),
      reading: await parseDataReading(options),
      out: pathFromUser(out ?? `runs/${plan.name}`),
      ...(only === undefined ? {} : { only }),
      ...chosen,
      overwrite,
      cache: pathFromUser(cache),
      backend: backend as Backend,
      precision: precision as Precision,
      threads,
      ...listeners,
    });
    return kind === 'finished' ? `${markdown}\nreport: ${report}` : undefined;
  };
}

/** @throws KaleidoError if it is no list of different whole numbers */
function seedsOf(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  const seeds = parts.map(Number);
  if (seeds.every(Number.isInteger) && !parts.includes('') && new Set(seeds).size === seeds.length) return seeds;
  throw new KaleidoError({
    source: 'train',
    problem: '--seeds must be different whole numbers with commas between them',
    found: text,
    advice: 'e.g. --seeds 1,2,3',
  });
}
