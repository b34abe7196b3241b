import { readAll } from '@kaleido/backend';
import { safetensorsPieces } from '@kaleido/foundation';
import { type Classifier, type KaleidoBert, modelCard, readWeights, storeWeights } from '@kaleido/model';
import { type Tokenizer, tokenizerConfigText } from '@kaleido/tokenizer';
import { classifierFile, classifierText, encodeHead, headFile } from './classifier-files.ts';
import { type Preprocessor, preprocessorFile, preprocessorText } from './preprocessor.ts';

/** The parts that a model folder is written from. */
export interface ModelParts {
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
  readonly preprocessor: Preprocessor;
  readonly classifier: Classifier | undefined;
}

/** A classifier's layers, by name. */
export async function layersOf(classifier: Classifier): Promise<ReadonlyMap<string, Float32Array>> {
  const own = [...classifier.variables()].filter(([name]) => !classifier.model.variables.has(name));
  const values = await readAll(own.map(([, variable]) => variable));
  return new Map(own.map(([name], index) => [name, values[index] as Float32Array]));
}

/** All files of a model folder, in memory. */
export async function modelFiles(kaleido: ModelParts): Promise<File[]> {
  const { model, tokenizer, preprocessor, classifier } = kaleido;
  const weights = storeWeights(model.config, await readWeights(model));
  const head = classifier && encodeHead(model.config, classifier.options, await layersOf(classifier));
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
