import { readAll, type Tensor, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import { readCaption, textRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/**
 * Dot products of every photograph with every caption in the joint space, -1..1: entry [photograph][caption]. The same as
 * from `embedImages` and `embedCaptions`, but for photographs whose features are made already.
 * @param images of one photograph each, `look(...).batch`
 */
export async function compareAll(
  { model, tokenizer }: Reader,
  images: readonly ImageBatch[],
  captions: readonly string[],
): Promise<Float32Array[]> {
  if (images.length === 0 || captions.length === 0) return images.map(() => new Float32Array(0));
  const tensors = tf.tidy((): Tensor[] => {
    const sides = tf.concat(
      captions.map((caption) => {
        const { ids } = readCaption(caption, tokenizer, model.config.text_seq_len);
        const text = model.textInput(textRows(ids, 0, [[]]));
        return model.encodeText(model.embedText(text), text.mask).joint;
      }),
    ); // [captions, J]
    const photographs = tf.concat(
      images.map((image) => {
        const picture = model.imageInput(image);
        return model.encodeImage(picture, model.embedPatches(picture)).joint;
      }),
    ); // [images, J]
    return [tf.matMul(photographs, sides, false, true)];
  });
  const [values] = (await readAll(tensors).finally(() => tf.dispose(tensors))) as [Float32Array];
  return images.map((_, row) => values.slice(row * captions.length, (row + 1) * captions.length));
}
