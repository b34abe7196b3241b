import { KaleidoError } from '@kaleido/foundation';
import type { BertFolder } from './bert-folder.ts';
import type { LeftOfBert } from './bert-tensors.ts';
import type { KaleidoBertConfig } from './kaleido-bert-config.ts';
import { variableDescriptions } from './variables.ts';
import type { Weights } from './weights.ts';

/** The head that tells whether two sentences follow each other. */
const sentenceOrder = 'cls/seq_relationship/';

/** A model's first weights, and where they are from. */
export interface BertInitialisation {
  readonly weights: Weights;
  /** Variables taken from the BERT. */
  readonly taken: readonly string[];
  /** Parts of the BERT that have no place in the model, and why. */
  readonly left: readonly LeftOfBert[];
  /** Variables that keep their random values. */
  readonly drawn: readonly string[];
  /** Those of them that a BERT may have and this one lacks, such as the pooler. */
  readonly missing: readonly string[];
}

/**
 * A model's first weights, with the text side and the transformer replaced by those of a BERT.
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
      // A table of another length: its first rows, as many as both have.
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
