import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluation } from '@kaleido/eval';
import { decodeSafetensors, encodeSafetensors, float32Tensor, float32Values, KaleidoError } from '@kaleido/foundation';
import { writeWhole } from '@kaleido/foundation/node';
import type { KaleidoBertConfig, Weights } from '@kaleido/model';
import { loadWeights, saveWeights } from '@kaleido/model/node';
import type { HardNegatives } from '@kaleido/pretrain-tasks';
import type { ClassificationOptions, StageMetrics, StageState } from '@kaleido/training';
import type { Recipe } from './recipe.ts';
import { parseRecipe } from './recipe-schema.ts';

/** How far a run has come. */
export interface RunProgress {
  /** Index of the stage in hand; the number of stages once all are done. */
  readonly stage: number;
  /** Steps of it that are done. */
  readonly step: number;
}

/**
 * The folder of a run: recipe.json, config.json, model.safetensors, vocab.txt, metrics.jsonl, evaluation.json,
 * report.html, finetuned/ with a classifier for each kind of input, and while it is under way progress.json,
 * optimizer.safetensors and hard-negatives.safetensors.
 */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async begin(recipe: Recipe, config: KaleidoBertConfig, vocabulary: string): Promise<void> {
    await mkdir(this.path, { recursive: true });
    // Nothing of an earlier run may be taken for this one's; its progress goes first, so that it is not gone on with.
    await this.finish();
    for (const name of ['evaluation.json', 'report.html', 'metrics.jsonl']) await rm(this.#at(name), { force: true });
    await rm(this.#at('finetuned'), { force: true, recursive: true });
    await writeWhole(this.#at('recipe.json'), `${JSON.stringify(recipe, undefined, 2)}\n`);
    await writeWhole(this.#at('vocab.txt'), vocabulary);
    await writeWhole(this.#at('config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  }

  /** Where a run of the same recipe was broken off; nothing where there is none. */
  async progress(recipe: Recipe): Promise<RunProgress | undefined> {
    const [progress, stored] = await Promise.all([this.#json('progress.json'), this.#json('recipe.json')]);
    if (progress === undefined || JSON.stringify(stored) !== JSON.stringify(recipe)) return undefined;
    return progress as RunProgress;
  }

  async saveProgress(
    progress: RunProgress,
    config: KaleidoBertConfig,
    weights: Weights,
    state?: StageState,
  ): Promise<void> {
    await saveWeights(this.path, config, weights);
    if (state !== undefined) await writeWhole(this.#at('optimizer.safetensors'), encodeOptimizer(state));
    await writeWhole(this.#at('progress.json'), JSON.stringify(progress));
  }

  async loadStageState(): Promise<StageState> {
    const { weights } = await this.weights();
    const path = this.#at('optimizer.safetensors');
    const { tensors, metadata } = decodeSafetensors(await readFile(path), path);
    const moments = (prefix: string): Map<string, Float32Array> =>
      new Map(
        [...tensors]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, tensor]) => [name.slice(prefix.length), float32Values(tensor, name)]),
      );
    return {
      weights,
      optimizer: {
        step: Number(metadata.step),
        firstMoments: moments('first/'),
        secondMoments: moments('second/'),
      },
    };
  }

  async saveHardNegatives({ perRow, share, rows }: HardNegatives): Promise<void> {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    const tensor = { type: 'I32', shape: [rows.length / perRow, perRow], bytes } as const;
    const content = encodeSafetensors([['rows', tensor]], { share: String(share) });
    await writeWhole(this.#at('hard-negatives.safetensors'), content);
  }

  /** Those of the stage in hand; nothing where none were saved. */
  async hardNegatives(): Promise<HardNegatives | undefined> {
    const path = this.#at('hard-negatives.safetensors');
    const content = await readFile(path).catch(() => undefined);
    if (content === undefined) return undefined;
    const { tensors, metadata } = decodeSafetensors(content, path);
    const stored = tensors.get('rows');
    if (stored === undefined) return undefined;
    const rows = new Int32Array(new SharedArrayBuffer(stored.bytes.byteLength));
    new Uint8Array(rows.buffer).set(stored.bytes);
    return { perRow: stored.shape[1] as number, share: Number(metadata.share), rows };
  }

  /** The run is whole: what only a broken-off one needs goes. */
  async finish(): Promise<void> {
    for (const name of ['progress.json', 'optimizer.safetensors', 'hard-negatives.safetensors'])
      await rm(this.#at(name), { force: true });
  }

  async logMetrics(metrics: StageMetrics): Promise<void> {
    await appendFile(this.#at('metrics.jsonl'), `${JSON.stringify(metrics)}\n`);
  }

  /** Drops the lines of a stage's steps that were taken but not saved, and will be taken again. */
  async forgetMetrics(stage: string, after: number): Promise<void> {
    const all = await this.metrics();
    const kept = all.filter((line) => line.stage !== stage || line.step <= after);
    if (kept.length === all.length) return;
    await writeWhole(this.#at('metrics.jsonl'), kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  async metrics(): Promise<StageMetrics[]> {
    const text = await readFile(this.#at('metrics.jsonl'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as StageMetrics);
  }

  async recipe(): Promise<Recipe> {
    return parseRecipe(await this.#text('recipe.json'), this.#at('recipe.json'));
  }

  vocabulary(): Promise<string> {
    return this.#text('vocab.txt');
  }

  weights(): Promise<{ config: KaleidoBertConfig; weights: Weights }> {
    return loadWeights(this.path);
  }

  async saveEvaluation(evaluation: Evaluation): Promise<void> {
    await writeWhole(this.#at('evaluation.json'), `${JSON.stringify(evaluation, undefined, 2)}\n`);
  }

  async evaluation(): Promise<Evaluation | undefined> {
    return (await this.#json('evaluation.json')) as Evaluation | undefined;
  }

  async saveReport(html: string): Promise<string> {
    await writeWhole(this.#at('report.html'), html);
    return this.#at('report.html');
  }

  async saveClassifier(
    options: ClassificationOptions,
    config: KaleidoBertConfig,
    weights: Weights,
    layers: ReadonlyMap<string, Float32Array>,
  ): Promise<void> {
    const folder = this.#at(join('finetuned', options.inputs));
    await saveWeights(folder, config, weights);
    const tensors = [...layers].map(([name, values]) => [name, float32Tensor(values, [values.length])] as const);
    await writeWhole(join(folder, 'classifier.safetensors'), encodeSafetensors(tensors));
    await writeWhole(join(folder, 'classifier.json'), `${JSON.stringify(options, undefined, 2)}\n`);
  }

  /** @throws KaleidoError where the run has no classifier of these inputs */
  async loadClassifier(inputs: ClassificationOptions['inputs']): Promise<{
    options: ClassificationOptions;
    config: KaleidoBertConfig;
    weights: Weights;
    layers: Map<string, Float32Array>;
  }> {
    const folder = join('finetuned', inputs);
    const options = JSON.parse(await this.#text(join(folder, 'classifier.json'))) as ClassificationOptions;
    const path = this.#at(join(folder, 'classifier.safetensors'));
    const { tensors } = decodeSafetensors(await readFile(path), path);
    const layers = new Map([...tensors].map(([name, tensor]) => [name, float32Values(tensor, name)]));
    return { options, ...(await loadWeights(this.#at(folder))), layers };
  }

  #at(name: string): string {
    return join(this.path, name);
  }

  async #text(name: string): Promise<string> {
    return readFile(this.#at(name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new KaleidoError({
        source: 'pipeline',
        problem: `${this.path} is no run folder: cannot read ${name}`,
        found: cause.code ?? cause.message,
        advice: 'give the --out folder of a finished run',
        cause,
      });
    });
  }

  async #json(name: string): Promise<unknown> {
    const text = await readFile(this.#at(name), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new KaleidoError({
        source: 'pipeline',
        problem: `${this.#at(name)} is not JSON`,
        found: (cause as Error).message,
        advice: 'delete the file and train again',
        cause,
      });
    }
  }
}

function encodeOptimizer({ optimizer }: StageState): Uint8Array {
  const entries = (prefix: string, moments: ReadonlyMap<string, Float32Array>) =>
    [...moments].map(([name, values]) => [`${prefix}${name}`, float32Tensor(values, [values.length])] as const);
  return encodeSafetensors(
    [...entries('first/', optimizer.firstMoments), ...entries('second/', optimizer.secondMoments)],
    { step: String(optimizer.step) },
  );
}
