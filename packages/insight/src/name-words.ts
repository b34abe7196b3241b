import { readAll, type Tensor, tf } from '@kaleido/backend';
import { type ImageBatch, patchCount } from '@kaleido/layout';
import { type ReadCaption, readCaption, textRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** How each patch helps the model to name each word of a caption. */
export interface NamedWords {
  readonly caption: ReadCaption;
  /** [W] probability of each word when it is masked and the rest is read, 0..1; the mean over its pieces */
  readonly probabilities: Float32Array;
  /** [W, 55] gradient times input of each patch's embedding; positive: the patch speaks for the word */
  readonly relevance: Float32Array;
}

/**
 * Masks each word in turn and asks the model to name it; the gradient of its log-probability tells which patches that
 * rests on. One pass for all words.
 *
 * Gradient times input (Shrikumar et al. 2016, arXiv 1605.01713), summed over the embedding of a patch: unlike attention
 * it is signed, and it follows the patch through all layers to the word.
 * @param image of one photograph, `look(...).batch`
 */
export async function nameWords({ model, tokenizer }: Reader, image: ImageBatch, caption: string): Promise<NamedWords> {
  const read = readCaption(caption, tokenizer, model.config.text_seq_len);
  const words = read.words.filter(({ masked }) => !masked);
  const W = words.length;
  if (W === 0) return { caption: read, probabilities: new Float32Array(0), relevance: new Float32Array(0) };
  const most = Math.max(...words.map(({ start, end }) => end - start));
  const rows = words.map(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
  // Shorter words ask for their last piece again, with no weight.
  const asked = rows.map((pieces) => Array.from({ length: most }, (_, at) => pieces[Math.min(at, pieces.length - 1)]!));
  const weights = rows.flatMap((pieces) => Array.from({ length: most }, (_, at) => (at < pieces.length ? 1 : 0)));
  const truth = asked.flatMap((pieces) => pieces.map((piece) => read.ids[piece]!));
  const D = model.config.hidden_size;
  const tensors = tf.tidy((): Tensor[] => {
    const text = model.textInput(textRows(read.ids, tokenizer.specialTokenIds.mask, rows));
    const embeddedText = model.embedText(text);
    const patches = tf.tile(model.embedPatches(model.imageInput(image)), [W, 1, 1]); // [W, 55, D]
    const positions = tf.tensor(asked.flat(), [W, most], 'int32');
    const isTruth = tf.oneHot(tf.tensor(truth, [W * most], 'int32'), model.config.vocab_size); // [W M, V]
    const counts = tf.tensor(weights, [W * most]);
    const logProbabilities = (embedded: Tensor): Tensor => {
      const { sequence } = model.encodeBoth(embeddedText, text.mask, embedded, { positions });
      return tf.sum(tf.mul(tf.logSoftmax(model.predictTokens(sequence)), isTruth), 1); // [W M]
    };
    const { value, grad } = tf.valueAndGrad((embedded: Tensor) => tf.sum(tf.mul(logProbabilities(embedded), counts)))(
      patches,
    );
    value.dispose();
    const relevance = tf.sum(tf.mul(tf.reshape(grad, [W, patchCount, D]), patches), 2); // [W, 55]
    return [relevance, tf.exp(logProbabilities(patches))];
  });
  const [relevance, pieces] = (await readAll(tensors).finally(() => tf.dispose(tensors))) as [
    Float32Array,
    Float32Array,
  ];
  const probabilities = Float32Array.from(rows, (own, w) => {
    let sum = 0;
    for (let at = 0; at < own.length; at++) sum += pieces[w * most + at]!;
    return sum / own.length;
  });
  return { caption: { ...read, words }, probabilities, relevance };
}
