import { KaleidoError } from '@kaleido/foundation';
import type { HeadInputOptions, HeadInputs } from '@kaleido/model';

/** Settings that every task with a head of its own has. */
export interface HeadSettings {
  /** What the head reads. Default `image`: predictions then only need a photograph. */
  readonly inputs?: HeadInputs;
  /**
   * `cls-and-means`, the default, also reads mean features and the joint space: with few examples it gains several
   * points. `cls` is the paper's layer on the pooled [CLS] (4.2).
   */
  readonly head?: HeadInputOptions['head'];
  /** Width of a hidden layer before the fields' layers. Default 0: none, as in the paper. */
  readonly hiddenSize?: number;
  /** Dropout before each of these layers. Default 0.1, as in the released fine-tuning code. */
  readonly dropout?: number;
}

/** @throws KaleidoError for a setting out of range */
export function headSettings({
  inputs = 'image',
  head = 'cls-and-means',
  hiddenSize = 0,
  dropout = 0.1,
}: HeadSettings): Required<HeadSettings> {
  if (!['image', 'text', 'both'].includes(inputs))
    throw refuseSetting('unknown inputs', inputs, 'use image, text or both');
  if (!['cls', 'cls-and-means'].includes(head)) throw refuseSetting('unknown head', head, 'use cls or cls-and-means');
  if (!Number.isInteger(hiddenSize) || hiddenSize < 0)
    throw refuseSetting('hiddenSize must be a whole number from 0 up', hiddenSize, 'use 0 for no hidden layer');
  if (!(dropout >= 0 && dropout < 1)) throw refuseSetting('dropout must be from 0 to below 1', dropout, 'use 0.1');
  return { inputs, head, hiddenSize, dropout };
}

/** Keys that a prediction has in addition to its labels. */
const reserved = ['id', 'probabilities', 'image', 'caption'];

/** The names of label fields. @throws KaleidoError for a name that predictions cannot have, or one that is there twice */
export function fieldNames<Label extends string>(label: Label | readonly Label[]): readonly Label[] {
  const labels: readonly Label[] = typeof label === 'string' ? [label] : label;
  if (labels.length === 0 || labels.some((name) => typeof name !== 'string' || name === '' || reserved.includes(name)))
    throw refuseSetting(
      `a classification needs the names of label fields, and none of ${reserved.join(', ')}`,
      label,
      'name a field of the examples, as label: "category"',
    );
  if (new Set(labels).size < labels.length)
    throw refuseSetting('a label field is named twice', label, 'name each once');
  return labels;
}

export function refuseSetting(problem: string, found: unknown, advice: string): KaleidoError {
  return new KaleidoError({ source: 'fine-tuning', problem, found, advice });
}
