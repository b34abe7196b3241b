import type { TaskHead } from '@kaleido/fine-tuning';
import { safetensorsPieces } from '@kaleido/foundation';
import { type KaleidoBert, modelCard, readWeights, storeWeights } from '@kaleido/model';
import { type Tokenizer, tokenizerConfigText } from '@kaleido/tokenizer';
import { type Preprocessor, preprocessorFile, preprocessorText } from './preprocessor.ts';

/** The parts that a model folder is written from. */
export interface ModelParts {
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
  readonly preprocessor: Preprocessor;
  readonly head: Pick<TaskHead<unknown>, 'files'> | undefined;
}

/** All files of a model folder, in memory. */
export async function modelFiles(kaleido: ModelParts): Promise<File[]> {
  const { model, tokenizer, preprocessor, head } = kaleido;
  const weights = storeWeights(model.config, await readWeights(model));
  const file = (name: string, ...parts: (string | Uint8Array)[]): File => new File(parts as BlobPart[], name);
  return [
    file('config.json', `${JSON.stringify(model.config, undefined, 2)}\n`),
    file('model.safetensors', ...safetensorsPieces(weights, { format: 'pt' })),
    file('vocab.txt', tokenizer.toVocabularyText()),
    file('tokenizer_config.json', tokenizerConfigText(tokenizer.normalization)),
    file(preprocessorFile, preprocessorText(preprocessor)),
    file('README.md', modelCard(model.config)),
    ...((await head?.files()) ?? []).map(([name, content]) => file(name, content)),
  ];
}
