import { KaleidoError } from '@kaleido/foundation';
import type { BertFolder } from './bert-folder.ts';
import type { LeftOfBert } from './bert-tensors.ts';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';
import { variableDescriptions } from './variables.ts';
import type { Weights } from './weights.ts';

/** The head that tells whether two sentences follow each other. */
const sentenceOrder = 'cls/seq_relationship/';

/** What became of a model's first weights. */
export interface BertInitialisation {
  readonly weights: Weights;
  /** Variables that are the BERT's. */
  readonly taken: readonly string[];
  /** What of the BERT has no place in the model, and why. */
  readonly left: readonly LeftOfBert[];
  /** Variables that stay as they were drawn. */
  readonly drawn: readonly string[];
  /** Those of them that a BERT may have and this one lacks, such as the pooler. */
  readonly missing: readonly string[];
}

/**
 * A model's first weights with the text side and the transformer of a BERT in their place.
 *
 * @param drawn the model's own first weights
 * @throws KaleidoError where the BERT is of another size or vocabulary
 */
export function initialiseFromBert(config: KaleidoBertConfig, drawn: Weights, bert: BertFolder): BertInitialisation {
  for (const key of [
    'vocab_size',
    'hidden_size',
    'intermediate_size',
    'num_hidden_layers',
    'num_attention_heads',
  ] as const)
    if (config[key] !== bert.config[key])
      throw new KaleidoError({
        source: 'model',
        problem: `the BERT has another ${key} than the model, which has ${config[key]}`,
        found: bert.config[key],
        advice: "set the model's size to that of the BERT, and take its vocabulary",
      });
  const weights = new Map(drawn);
  const taken: string[] = [];
  const left = [...bert.left];
  const sizes = new Map(variableDescriptions(config).map(({ name, shape }) => [name, shape]));
  for (const [name, values] of bert.weights) {
    const shape = sizes.get(name);
    if (name.startsWith(sentenceOrder))
      left.push({
        name,
        why: 'it tells whether two sentences follow each other, not whether caption and photograph belong together',
      });
    else if (shape === undefined) left.push({ name, why: 'the model has no such variable' });
    else if (shape.reduce((product, length) => product * length, 1) !== values.length) {
      const rows = shape[0] as number;
      const width = config.hidden_size;
      // A table of other length: its first rows, as far as both go.
      const kept = new Float32Array(drawn.get(name) as Float32Array);
      kept.set(values.subarray(0, Math.min(values.length, rows * width)));
      weights.set(name, kept);
      taken.push(name);
      left.push({ name, why: `the model has ${rows} rows of it, the BERT ${values.length / width}` });
    } else {
      weights.set(name, values);
      taken.push(name);
    }
  }
  if (bert.config.hidden_act !== config.hidden_act)
    left.push({ name: `hidden_act ${bert.config.hidden_act}`, why: `the model has ${config.hidden_act}` });
  const found = new Set(taken);
  return {
    weights,
    taken,
    left,
    drawn: [...drawn.keys()].filter((name) => !found.has(name)),
    missing: bert.missing.filter((name) => sizes.has(name) && !name.startsWith(sentenceOrder)),
  };
}
