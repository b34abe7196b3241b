import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@kaleido/foundation/node';
import type { KaleidoBertConfig, Weights } from '@kaleido/model';
import { saveWeights } from '@kaleido/model/node';
import type { Tokenizer } from '@kaleido/tokenizer';
import { saveTokenizer } from '@kaleido/tokenizer/node';
import { classifierFile, classifierText, encodeHead, headFile, type StoredClassifier } from './classifier-files.ts';
import { type Preprocessor, preprocessorFile, preprocessorText } from './preprocessor.ts';

/** Content of a model folder, in host memory. */
export interface ModelFolderContent {
  readonly config: KaleidoBertConfig;
  readonly weights: Weights;
  readonly tokenizer: Tokenizer;
  readonly preprocessor: Preprocessor;
  /** Of a fine-tuned model. */
  readonly classifier?: StoredClassifier | undefined;
}

/**
 * Writes a model folder that `openKaleido` opens. `classifier.json` is written last: its presence shows that the model
 * is complete.
 * @throws KaleidoError where a file cannot be written
 */
export async function saveModelFolder(
  folder: string,
  { config, weights, tokenizer, preprocessor, classifier }: ModelFolderContent,
): Promise<void> {
  // First, so that an overwritten folder is never a model with the classes of another.
  await rm(join(folder, classifierFile), { force: true });
  await saveWeights(folder, config, weights);
  await saveTokenizer(folder, tokenizer);
  await savePreprocessor(folder, preprocessor);
  if (classifier === undefined) {
    await rm(join(folder, headFile), { force: true });
    return;
  }
  const { options, layers } = classifier;
  await writeWhole(join(folder, headFile), encodeHead(config, options, layers));
  await writeWhole(join(folder, classifierFile), classifierText(options));
}

/** Writes `preprocessor.json` into a model folder. @throws KaleidoError where it cannot be written */
export async function savePreprocessor(folder: string, preprocessor: Preprocessor): Promise<void> {
  await writeWhole(join(folder, preprocessorFile), preprocessorText(preprocessor));
}
