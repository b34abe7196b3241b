import { KaleidoError } from '@kaleido/foundation';
import type { ClassificationOptions, ClassifierInputs } from '@kaleido/model';

export interface ClassificationSettings<Label extends string> {
  /** What to classify: one or more label fields of the examples. */
  readonly label: Label | readonly Label[];
  /** What the classifier reads. Default `image`: predictions then only need a photograph. */
  readonly inputs?: ClassifierInputs;
  /**
   * `cls-and-means`, the default, also reads mean features and the joint space: with few examples it gains several
   * points. `cls` is the paper's layer on the pooled [CLS] (4.2).
   */
  readonly head?: ClassificationOptions['head'];
  /** Width of a hidden layer before the fields' layers. Default 0: none, as in the paper. */
  readonly hiddenSize?: number;
  /** Dropout before each of these layers. Default 0.1, as in the released fine-tuning code. */
  readonly dropout?: number;
}

/** A task to fine-tune a model for. */
export interface Classification<Label extends string> extends Omit<ClassificationOptions, 'fields'> {
  readonly labels: readonly Label[];
}

/** Keys that a prediction has in addition to its labels. */
const reserved = ['id', 'probabilities', 'image', 'caption'];

/**
 * Describes a classification for `fineTune`.
 * @throws KaleidoError for a label field that predictions cannot have, and a setting out of range
 */
export function classification<const Label extends string>({
  label,
  inputs = 'image',
  head = 'cls-and-means',
  hiddenSize = 0,
  dropout = 0.1,
}: ClassificationSettings<Label>): Classification<Label> {
  const labels: readonly Label[] = typeof label === 'string' ? [label] : label;
  const refuse = (problem: string, found: unknown, advice: string): KaleidoError =>
    new KaleidoError({ source: 'pipeline', problem, found, advice });
  if (labels.length === 0 || labels.some((name) => typeof name !== 'string' || name === '' || reserved.includes(name)))
    throw refuse(
      `a classification needs the names of label fields, and none of ${reserved.join(', ')}`,
      label,
      'name a field of the examples, as label: "category"',
    );
  if (new Set(labels).size < labels.length) throw refuse('a label field is named twice', label, 'name each once');
  if (!['image', 'text', 'both'].includes(inputs)) throw refuse('unknown inputs', inputs, 'use image, text or both');
  if (!['cls', 'cls-and-means'].includes(head)) throw refuse('unknown head', head, 'use cls or cls-and-means');
  if (!Number.isInteger(hiddenSize) || hiddenSize < 0)
    throw refuse('hiddenSize must be a whole number from 0 up', hiddenSize, 'use 0 for no hidden layer');
  if (!(dropout >= 0 && dropout < 1)) throw refuse('dropout must be from 0 to below 1', dropout, 'use 0.1');
  return { labels, inputs, head, hiddenSize, dropout };
}
