import { appendFile, readFile } from 'node:fs/promises';
import { KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { StageMetrics } from './stage.ts';

/** A run's `metrics.jsonl`: one `StageMetrics` per line. */
export class MetricsFile {
  readonly path: string;

  /** @param path of the file, in an existing folder; the file is created with its first line */
  constructor(path: string) {
    this.path = path;
  }

  /** @throws KaleidoError where the line cannot be written, e.g. on a full disk */
  async append(metrics: StageMetrics): Promise<void> {
    await appendFile(this.path, lineOf(metrics)).catch((cause: NodeJS.ErrnoException) => {
      throw new KaleidoError({
        source: 'training',
        problem: `could not write ${this.path}`,
        found: cause.code ?? cause.message,
        advice: 'check the free space and the permissions of its folder; the same command resumes from the saved state',
        cause,
      });
    });
  }

  /** All lines; none if the file does not exist. */
  async read(): Promise<StageMetrics[]> {
    return (await this.#text()).split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as StageMetrics];
      } catch {
        // The end of the file, or a line truncated by a full disk or a killed run.
        return [];
      }
    });
  }

  /**
   * Drops the lines of a stage after a step: those steps were taken but not saved, and will be repeated.
   * @throws KaleidoError where the file cannot be written
   */
  async forgetAfter(stage: string, step: number): Promise<void> {
    const kept = (await this.read()).filter((line) => line.stage !== stage || line.step <= step);
    const text = kept.map(lineOf).join('');
    // A truncated line goes too: the next one would be appended to it.
    if (text !== (await this.#text())) await writeWhole(this.path, text);
  }

  #text(): Promise<string> {
    return readFile(this.path, 'utf8').catch(() => '');
  }
}

function lineOf(metrics: StageMetrics): string {
  return `${JSON.stringify(metrics)}\n`;
}
