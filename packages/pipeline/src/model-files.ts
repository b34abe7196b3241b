import { readAll } from '@kaleido/backend';
import { safetensorsPieces } from '@kaleido/foundation';
import { type Classifier, type KaleidoBert, modelCard, readWeights, storeWeights } from '@kaleido/model';
import { type Tokenizer, tokenizerConfigText } from '@kaleido/tokenizer';
import { classifierFile, classifierText, encodeHead, headFile } from './classifier-files.ts';
import { type Preprocessor, preprocessorFile, preprocessorText } from './preprocessor.ts';

/** What a model folder is written from. */
export interface ModelParts {
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
  readonly preprocessor: Preprocessor;
  readonly classifier: Classifier | undefined;
}

/** The head of a fine-tuned model as bytes; undefined where it has none. */
export async function headOf({
  classifier,
  model,
}: Pick<ModelParts, 'classifier' | 'model'>): Promise<Uint8Array | undefined> {
  if (classifier === undefined) return undefined;
  const variables = [...classifier.variables()].filter(([name]) => !model.variables.has(name));
  const values = await readAll(variables.map(([, variable]) => variable));
  const layers = new Map(variables.map(([name], index) => [name, values[index] as Float32Array]));
  return encodeHead(model.config, classifier.options, layers);
}

/** All files of a model folder, in memory. */
export async function modelFiles(kaleido: ModelParts): Promise<File[]> {
  const { model, tokenizer, preprocessor, classifier } = kaleido;
  const weights = storeWeights(model.config, await readWeights(model));
  const head = await headOf(kaleido);
  const file = (name: string, ...parts: (string | Uint8Array)[]): File => new File(parts as BlobPart[], name);
  return [
    file('config.json', `${JSON.stringify(model.config, undefined, 2)}\n`),
    file('model.safetensors', ...safetensorsPieces(weights, { format: 'pt' })),
    file('vocab.txt', tokenizer.toVocabularyText()),
    file('tokenizer_config.json', tokenizerConfigText(tokenizer.normalization)),
    file(preprocessorFile, preprocessorText(preprocessor)),
    file('README.md', modelCard(model.config)),
    ...(head === undefined || classifier === undefined
      ? []
      : [file(headFile, head), file(classifierFile, classifierText(classifier.options))]),
  ];
}
