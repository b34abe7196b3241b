import { readAll, type Tensor, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import { type ReadCaption, readCaption, textRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** A caption and a photograph in one sequence, S = T + 55: its pieces first, then the patches. */
export interface TogetherRead {
  readonly caption: ReadCaption;
  /** Probability that they belong together, 0..1, by the matching head. */
  readonly match: number;
  /** Of the heads that read whole levels. Those of the puzzles mean something only where a puzzle is set. */
  readonly logits: {
    /** [2], class 1: they belong together */
    readonly match: Float32Array;
    /** [4] */
    readonly rotation: Float32Array;
    /** [24] */
    readonly jigsaw: Float32Array;
    /** [9] */
    readonly camouflage: Float32Array;
  };
  /** Dot product of both in the joint space, -1..1, where they are encoded apart. */
  readonly similarity: number;
  /** [S, D] before the first layer */
  readonly embeddings: Float32Array;
  /** [S, D] after each layer */
  readonly layers: readonly Float32Array[];
  /** [A, S, S] of each layer: row i is how much position i looks at each position; rows sum to 1 */
  readonly attentions: readonly Float32Array[];
  /** D */
  readonly width: number;
  /** A */
  readonly heads: number;
}

type Six = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

/**
 * Reads a caption and a photograph together and returns every intermediate result.
 * @param image of one photograph, `look(...).batch`
 */
export async function readTogether(
  { model, tokenizer }: Reader,
  image: ImageBatch,
  caption: string,
): Promise<TogetherRead> {
  const read = readCaption(caption, tokenizer, model.config.text_seq_len);
  const tensors = tf.tidy((): Tensor[] => {
    const text = model.textInput(textRows(read.ids, 0, [[]]));
    const picture = model.imageInput(image);
    const { layers, attentions, logits, textEmbeddings, patchEmbeddings } = model.forward(text, picture, {
      attentions: true,
    });
    const similarity = tf.sum(
      tf.mul(model.encodeText(textEmbeddings, text.mask).joint, model.encodeImage(picture, patchEmbeddings).joint),
    );
    const embeddings = tf.concat([textEmbeddings, patchEmbeddings], 1); // [1, S, D]
    const { match, rotation, jigsaw, camouflage } = logits;
    return [match, rotation, jigsaw, camouflage, similarity, embeddings, ...layers, ...attentions];
  });
  const values = await readAll(tensors).finally(() => tf.dispose(tensors));
  const [match, rotation, jigsaw, camouflage, similarity, embeddings, ...rest] = values as Six & Float32Array[];
  const L = model.config.num_hidden_layers;
  return {
    caption: read,
    match: 1 / (1 + Math.exp(match[0]! - match[1]!)),
    logits: { match, rotation, jigsaw, camouflage },
    similarity: similarity[0] as number,
    embeddings,
    layers: rest.slice(0, L),
    attentions: rest.slice(L),
    width: model.config.hidden_size,
    heads: model.config.num_attention_heads,
  };
}
