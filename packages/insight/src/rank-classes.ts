import { readAll, tf } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import type { ImageBatch } from '@kaleido/layout';
import type { Classifier } from '@kaleido/model';
import { readCaption, textRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** A label field with all its classes, the likeliest first. */
export interface RankedField {
  readonly name: string;
  /** Whether a photograph may have several of the classes: each probability then stands for itself. */
  readonly several: boolean;
  /** 0..1; of a field without `several` they sum to 1 */
  readonly classes: readonly { readonly name: string; readonly probability: number }[];
}

/**
 * What a fine-tuned model says of a photograph, with the probability of every class; `kaleido.predict` gives the best.
 * @param image of one photograph, `look(...).batch`
 * @param caption read by a classifier whose inputs are `text` or `both`
 * @throws KaleidoError for a model without a classifier
 */
export async function rankClasses(
  { tokenizer, classifier }: Reader & { readonly classifier: Classifier | undefined },
  image: ImageBatch,
  caption = '',
): Promise<RankedField[]> {
  if (classifier === undefined)
    throw new KaleidoError({
      source: 'insight',
      problem: 'this model has no classifier',
      advice: 'open a fine-tuned one, finetuned/image of a run say',
    });
  const { fields } = classifier.options;
  const { ids } = readCaption(caption, tokenizer, classifier.model.config.text_seq_len);
  const tensors = tf.tidy(() => {
    const logits = classifier.logits({ text: textRows(ids, 0, [[]]), image });
    return fields.map(({ name, several }) => {
      const own = logits.get(name)!; // [1, classes]
      return several === undefined ? tf.softmax(own) : tf.sigmoid(own);
    });
  });
  const values = await readAll(tensors).finally(() => tf.dispose(tensors));
  return fields.map(({ name, classes, several }, index) => ({
    name,
    several: several !== undefined,
    classes: classes
      .map((own, at) => ({ name: own, probability: values[index]![at]! }))
      .sort((a, b) => b.probability - a.probability),
  }));
}
