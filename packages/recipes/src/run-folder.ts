import { access, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataReading, parseDataReading } from '@kaleido/data/node';
import type { Evaluation, NeighbourCounts } from '@kaleido/eval';
import { decodeText, KaleidoError, parseJson } from '@kaleido/foundation';
import { folderOnDisk, writeWhole } from '@kaleido/foundation/node';
import type { ClassificationOptions, KaleidoBertConfig, Weights } from '@kaleido/model';
import { loadWeights, saveWeights } from '@kaleido/model/node';
import {
  describePreprocessor,
  type Preprocessor,
  readClassifier,
  readPreprocessor,
  type StoredClassifier,
  saveModelFolder,
  savePreprocessor,
} from '@kaleido/pipeline/node';
import type { HardNegatives } from '@kaleido/pretrain-tasks';
import type { Recipe } from '@kaleido/recipe-schema';
import { parseStoredRecipe } from '@kaleido/recipe-schema';
import { decodeCheckpoint, encodeCheckpoint, type RunCheckpoint } from '@kaleido/runs';
import { decisive, readRecord, removeRunFiles } from '@kaleido/runs/node';
import {
  captionCountsFile,
  decodeCaptionCounts,
  decodeHardNegatives,
  encodeCaptionCounts,
  encodeHardNegatives,
} from '@kaleido/scoring';
import type { Tokenizer } from '@kaleido/tokenizer';
import { openTokenizer, saveTokenizer } from '@kaleido/tokenizer/node';
import { MetricsFile } from '@kaleido/training/node';
import { extractorDescription, foregroundDescription } from './extractor-description.ts';
import { chosenFrom } from './recipe-key.ts';

/** Whether a stored recipe is this one, or their sizes were chosen from one recipe, if for other products. */
function isSame(stored: Recipe, recipe: Recipe): boolean {
  const [before, now] = [chosenFrom(stored), chosenFrom(recipe)];
  return decisive(stored) === decisive(recipe) || (now !== undefined && before === now);
}

/** Products, and how they are read. */
export interface RunData {
  readonly path: string;
  readonly reading: DataReading;
}

/**
 * The folder of a run: recipe.json, run.json (its options), config.json, model.safetensors, README.md (the model card),
 * vocab.txt and tokenizer_config.json, preprocessor.json, metrics.jsonl, caption-counts.safetensors, aligner.safetensors,
 * evaluation.json, report.html, and finetuned/ with a model folder for each classifier, by its inputs, and for the
 * model that captions, finetuned/captioning. An unfinished run also has checkpoint.safetensors and
 * hard-negatives.safetensors.
 */
export class RunFolder {
  readonly path: string;
  readonly metrics: MetricsFile;

  constructor(path: string) {
    this.path = path;
    this.metrics = new MetricsFile(join(path, 'metrics.jsonl'));
  }

  /** Removes the files of an earlier run, and writes those that will not change. */
  async begin(config: KaleidoBertConfig, tokenizer: Tokenizer, preprocessor: Preprocessor): Promise<void> {
    await removeRunFiles(this.path, 'pretraining');
    await saveTokenizer(this.path, tokenizer);
    await savePreprocessor(this.path, preprocessor);
    await writeWhole(this.#at('config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  }

  async saveCheckpoint(checkpoint: RunCheckpoint): Promise<void> {
    await writeWhole(this.#at('checkpoint.safetensors'), encodeCheckpoint(checkpoint));
  }

  /**
   * The checkpoint of an interrupted run of the same recipe, if there is one.
   * @throws KaleidoError for a damaged file
   */
  async checkpoint(recipe: Recipe): Promise<RunCheckpoint | undefined> {
    const path = this.#at('checkpoint.safetensors');
    const [content, stored] = await Promise.all([readFile(path).catch(() => undefined), this.#json('recipe.json')]);
    if (content === undefined || stored === undefined || !isSame(stored as Recipe, recipe)) return undefined;
    return decodeCheckpoint(content, path);
  }

  /** The fitted aligner of a recipe with `alignment`. */
  async saveAligner(content: Uint8Array): Promise<void> {
    await writeWhole(this.#at('aligner.safetensors'), content);
  }

  /** @throws KaleidoError if it is missing */
  async aligner(): Promise<Uint8Array> {
    const path = this.#at('aligner.safetensors');
    return readFile(path).catch((cause: NodeJS.ErrnoException) => {
      throw new KaleidoError({
        source: 'recipes',
        problem: `cannot read the aligner of the run, ${path}`,
        found: cause.code ?? cause.message,
        advice: 'run its training command again into another folder',
        cause,
      });
    });
  }

  /** The pre-trained model. */
  async saveModel(config: KaleidoBertConfig, weights: Weights): Promise<void> {
    await saveWeights(this.path, config, weights);
  }

  async saveHardNegatives(negatives: HardNegatives): Promise<void> {
    await writeWhole(this.#at('hard-negatives.safetensors'), encodeHardNegatives(negatives));
  }

  /** Those of the current stage; undefined if none were saved. */
  async hardNegatives(): Promise<HardNegatives | undefined> {
    const path = this.#at('hard-negatives.safetensors');
    const content = await readFile(path).catch(() => undefined);
    return content && decodeHardNegatives(content, path);
  }

  /** Removes the files that only an unfinished run needs. */
  async finish(): Promise<void> {
    for (const name of ['checkpoint.safetensors', 'hard-negatives.safetensors'])
      await rm(this.#at(name), { force: true });
  }

  async recipe(): Promise<Recipe> {
    return parseStoredRecipe(await this.#text('recipe.json'), this.#at('recipe.json'));
  }

  /** The products that the run was started with; undefined if none were given or it is of an earlier version. */
  async data(): Promise<RunData | undefined> {
    const { data, ...texts } = (await readRecord(this.path)) ?? {};
    return data === undefined ? undefined : { path: data, reading: await parseDataReading(texts) };
  }

  /** @throws KaleidoError where the folder has no vocabulary */
  tokenizer(): Promise<Tokenizer> {
    return openTokenizer(this.path);
  }

  /** How the run makes features. Runs from before `preprocessor.json` have it in their recipe. */
  async preprocessor(config: KaleidoBertConfig): Promise<Preprocessor> {
    const stored = await readPreprocessor(folderOnDisk(this.path));
    if (stored !== undefined) return stored;
    const { features } = await this.recipe();
    return describePreprocessor({
      extractor: extractorDescription(features.extractor),
      foreground: foregroundDescription(features),
      positionScale: config.position_scale,
    });
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

  /** Which piece stood between which two in the training captions: the baseline of masked words. */
  async saveCaptionCounts(counts: NeighbourCounts): Promise<void> {
    await writeWhole(this.#at(captionCountsFile), encodeCaptionCounts(counts));
  }

  /** Undefined for a run of a version that did not keep them. @throws KaleidoError for a damaged file */
  async captionCounts(): Promise<NeighbourCounts | undefined> {
    const content = await readFile(this.#at(captionCountsFile)).catch(() => undefined);
    return content && decodeCaptionCounts(content, this.#at(captionCountsFile));
  }

  async saveReport(html: string): Promise<string> {
    await writeWhole(this.#at('report.html'), html);
    return this.#at('report.html');
  }

  /** Path of the report; undefined if there is none. */
  async report(): Promise<string | undefined> {
    return access(this.#at('report.html')).then(
      () => this.#at('report.html'),
      () => undefined,
    );
  }

  async saveClassifier(
    options: ClassificationOptions,
    config: KaleidoBertConfig,
    weights: Weights,
    layers: ReadonlyMap<string, Float32Array>,
  ): Promise<void> {
    await this.#saveFineTuned(options.inputs, config, weights, { options, layers });
  }

  /** Whether there is a complete classifier of these inputs. */
  async hasClassifier(inputs: ClassificationOptions['inputs']): Promise<boolean> {
    // The last file to be written.
    return (await this.#json(join('finetuned', inputs, 'classifier.json'))) !== undefined;
  }

  /** @throws KaleidoError where the run has no classifier of these inputs, or it is damaged */
  async loadClassifier(
    inputs: ClassificationOptions['inputs'],
  ): Promise<StoredClassifier & { readonly config: KaleidoBertConfig; readonly weights: Weights }> {
    const folder = this.#at(join('finetuned', inputs));
    const classifier = await readClassifier(folderOnDisk(folder));
    if (classifier === undefined) throw this.#noRun(join('finetuned', inputs, 'classifier.json'), 'ENOENT');
    return { ...classifier, ...(await loadWeights(folder)) };
  }

  /** The fine-tuned model that writes captions. */
  async saveCaptioner(config: KaleidoBertConfig, weights: Weights): Promise<void> {
    await this.#saveFineTuned('captioning', config, weights);
  }

  /** Whether there is a complete model that writes captions. */
  async hasCaptioner(): Promise<boolean> {
    // The last file to be written.
    return (await this.#json(join('finetuned', 'captioning', 'preprocessor.json'))) !== undefined;
  }

  /** @throws KaleidoError where the run has no model that writes captions, or it is damaged */
  async loadCaptioner(): Promise<Weights> {
    const folder = this.#at(join('finetuned', 'captioning'));
    if (await this.hasCaptioner()) return (await loadWeights(folder)).weights;
    throw new KaleidoError({
      source: 'recipes',
      problem: `the run ${this.path} has no model that writes captions`,
      found: `no ${folder}`,
      advice: 'give a run whose recipe has "captioning", or add it to the recipe and train into another --out',
    });
  }

  async #saveFineTuned(
    name: string,
    config: KaleidoBertConfig,
    weights: Weights,
    classifier?: StoredClassifier,
  ): Promise<void> {
    await saveModelFolder(this.#at(join('finetuned', name)), {
      config,
      weights,
      tokenizer: await this.tokenizer(),
      preprocessor: await this.preprocessor(config),
      classifier,
    });
  }

  #at(name: string): string {
    return join(this.path, name);
  }

  async #text(name: string): Promise<string> {
    const bytes = await readFile(this.#at(name)).catch((cause: NodeJS.ErrnoException) => {
      throw this.#noRun(name, cause.code ?? cause.message, cause);
    });
    return decodeText(bytes, { source: 'recipes', name: this.#at(name) });
  }

  #noRun(missing: string, found: string, cause?: unknown): KaleidoError {
    return new KaleidoError({
      source: 'recipes',
      problem: `${this.path} is not a run folder: cannot read ${missing}`,
      found,
      advice: 'give the --out folder of a finished run',
      cause,
    });
  }

  async #json(name: string): Promise<unknown> {
    const bytes = await readFile(this.#at(name)).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const origin = { source: 'recipes', name: this.#at(name) };
    return parseJson(decodeText(bytes, origin), origin, 'delete the file and train again');
  }
}
