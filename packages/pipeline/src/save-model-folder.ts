import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { classifierFiles, type HeadFile, headFileNames, type StoredClassifier } from '@kaleido/fine-tuning';
import { writeWhole } from '@kaleido/foundation/node';
import type { KaleidoBertConfig, Weights } from '@kaleido/model';
import { saveWeights } from '@kaleido/model/node';
import type { Tokenizer } from '@kaleido/tokenizer';
import { saveTokenizer } from '@kaleido/tokenizer/node';
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
export function saveModelFolder(folder: string, { classifier, ...content }: ModelFolderContent): Promise<void> {
  return saveWithHead(folder, content, classifier === undefined ? [] : classifierFiles(content.config, classifier));
}

/** As `saveModelFolder`, with the files of any head; the last one shows that the model is complete. */
export async function saveWithHead(
  folder: string,
  { config, weights, tokenizer, preprocessor }: Omit<ModelFolderContent, 'classifier'>,
  head: readonly HeadFile[],
): Promise<void> {
  // First, so that an overwritten folder is never a model with the classes of another.
  for (const name of headFileNames) await rm(join(folder, name), { force: true });
  await saveWeights(folder, config, weights);
  await saveTokenizer(folder, tokenizer);
  await savePreprocessor(folder, preprocessor);
  for (const [name, content] of head) await writeWhole(join(folder, name), content);
}

/** Writes `preprocessor.json` into a model folder. @throws KaleidoError where it cannot be written */
export async function savePreprocessor(folder: string, preprocessor: Preprocessor): Promise<void> {
  await writeWhole(join(folder, preprocessorFile), preprocessorText(preprocessor));
}
