import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeText, KaleidoError, parseJson } from '@kaleido/foundation';
import { z } from 'zod';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';

/** The part of a model's configuration that follows from a BERT. */
export type BertConfig = Pick<
  KaleidoBertConfig,
  | 'vocab_size'
  | 'hidden_size'
  | 'intermediate_size'
  | 'num_hidden_layers'
  | 'num_attention_heads'
  | 'max_position_embeddings'
  | 'type_vocab_size'
  | 'hidden_act'
>;

/** A BERT's `config.json`. */
export interface BertConfigFile {
  readonly config: BertConfig;
  /** The class of Hugging Face's transformers that saved it, such as BertForMaskedLM, if the file names one. */
  readonly architecture?: string;
}

const activations = { gelu: 'gelu_erf', gelu_new: 'gelu_tanh', gelu_pytorch_tanh: 'gelu_tanh' } as const;
type Activation = keyof typeof activations;

const count = z.number().int().positive();
const sizes = z.object({
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  // The largest BERTs have 48; a number of another order means a damaged file.
  num_hidden_layers: count.max(1000),
  num_attention_heads: count,
  max_position_embeddings: count,
  type_vocab_size: count,
});
/** The keys that tell a BERT from its relatives. */
const kind = z.object({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  position_embedding_type: z.string().optional(),
  hidden_act: z.string().default('gelu'),
});

/**
 * Reads the `config.json` of a Hugging Face BERT. Old ones have no `model_type`; `architectures` decides then.
 * @throws KaleidoError for a file that is missing or damaged, and for a model of another type
 */
export async function readBertConfig(folder: string): Promise<BertConfigFile> {
  const path = join(folder, 'config.json');
  const refuse = (problem: string, found?: unknown, advice?: string, cause?: unknown): KaleidoError =>
    new KaleidoError({
      source: 'model',
      problem: `${path} ${problem}`,
      ...(found === undefined ? {} : { found }),
      advice: advice ?? 'give the folder of a BERT as Hugging Face saves it',
      ...(cause === undefined ? {} : { cause }),
    });
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw refuse('cannot be read', cause.code ?? cause.message, undefined, cause);
  });
  const origin = { source: 'model', name: path };
  const values = parseJson(decodeText(bytes, origin), origin);
  const parse = <Values>(schema: z.ZodType<Values>): Values => {
    const parsed = schema.safeParse(values);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw refuse(`is no configuration of a BERT at "${issue?.path.join('.')}"`, issue?.message);
  };
  const { model_type, architectures, position_embedding_type = 'absolute', hidden_act } = parse(kind);
  const architecture = architectures?.[0];
  const other = model_type ?? (architecture !== undefined && !/^Bert[A-Z]/.test(architecture) ? architecture : 'bert');
  if (other !== 'bert')
    throw refuse(
      'describes a model of another type than BERT, whose layers or vocabulary differ',
      other,
      'give a model whose config.json has the model_type "bert"',
    );
  if (position_embedding_type !== 'absolute')
    throw refuse('has a position_embedding_type other than absolute, which the model lacks', position_embedding_type);
  if (!Object.hasOwn(activations, hidden_act))
    throw refuse(
      `has a hidden_act that the model lacks`,
      hidden_act,
      `give a BERT whose hidden_act is one of ${Object.keys(activations).join(', ')}`,
    );
  return {
    config: { ...parse(sizes), hidden_act: activations[hidden_act as Activation] },
    ...(architecture === undefined ? {} : { architecture }),
  };
}
