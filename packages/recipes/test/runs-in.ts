import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '@kaleido/recipe-schema';
import type { RunListeners } from '@kaleido/runs';
import type { StageMetrics } from '@kaleido/training';
import type { RunRecipeOptions, RunResult } from '../src/run-options.ts';
import { runRecipe } from '../src/run-recipe.ts';
import { microRecipe } from './micro-recipe.ts';

type Changes = RunListeners &
  Partial<
    Pick<
      RunRecipeOptions,
      'recipe' | 'data' | 'reading' | 'overwrite' | 'keptStages' | 'signal' | 'threads' | 'saveEverySeconds'
    >
  >;

interface Runs {
  /** Runs the micro recipe in a folder of that name. */
  run(out: string, changes?: Changes): Promise<RunResult>;
  /** Starts a run and stops it as Ctrl-C does, after a step of a stage. */
  stopAfter(out: string, stage: string, step: number, recipe?: Recipe): Promise<RunResult>;
  metricsOf(out: string): Promise<StageMetrics[]>;
  /** The lines without times. */
  learned(metrics: readonly StageMetrics[]): unknown;
  bytesOf(out: string, name?: string): Promise<Buffer>;
}

/** Runs with a common cache, in a folder. */
export function runsIn(folder: string): Runs {
  const run: Runs['run'] = (out, changes = {}) =>
    runRecipe({
      recipe: microRecipe(),
      out: join(folder, out),
      cache: join(folder, 'cache'),
      backend: 'wasm',
      threads: 2,
      ...changes,
    });
  return {
    run,
    stopAfter(out, stage, step, recipe = microRecipe()) {
      const stop = new AbortController();
      return run(out, {
        recipe,
        signal: stop.signal,
        onMetrics: (metrics) => {
          if (metrics.stage === stage && metrics.step === step) stop.abort();
        },
      });
    },
    async metricsOf(out) {
      const text = await readFile(join(folder, out, 'metrics.jsonl'), 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    learned: (metrics) =>
      metrics.map(({ stage, step, losses, learningRate }) => ({ stage, step, losses, learningRate })),
    bytesOf: (out, name = 'model.safetensors') => readFile(join(folder, out, name)),
  };
}
