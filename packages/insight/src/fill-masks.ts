import { readAll, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import { type ReadCaption, type ReadWord, readCaption, textRows } from './read-caption.ts';
import type { Reader } from './reader.ts';

/** A piece that may stand at a masked place. */
export interface Candidate {
  readonly piece: string;
  /** 0..1; those of all pieces sum to 1. */
  readonly probability: number;
}

/** A masked word and what the model would fill in, the likeliest first. */
export interface FilledMask {
  readonly word: ReadWord;
  readonly withPhotograph: readonly Candidate[];
  /** The caption read alone: what the photograph adds is the difference. */
  readonly withoutPhotograph: readonly Candidate[];
}

export interface FilledCaption {
  readonly caption: ReadCaption;
  readonly masks: readonly FilledMask[];
}

export interface FillMasksOptions {
  /** Candidates of each masked word. Default 5, as many as a reader compares at a glance. */
  readonly candidates?: number;
}

/**
 * Predicts each `[MASK]` of a caption, with the photograph and without it. All are predicted at once, each as if it were
 * alone.
 * @param image of one photograph, `look(...).batch`
 */
export async function fillMasks(
  { model, tokenizer }: Reader,
  image: ImageBatch,
  caption: string,
  { candidates = 5 }: FillMasksOptions = {},
): Promise<FilledCaption> {
  const read = readCaption(caption, tokenizer, model.config.text_seq_len);
  const masked = read.words.filter((word) => word.masked);
  if (masked.length === 0) return { caption: read, masks: [] };
  const positions = Int32Array.from(masked, ({ start }) => start);
  const tensors = tf.tidy(() => {
    const text = model.textInput(textRows(read.ids, 0, [[]]));
    const at = tf.tensor(positions, [1, positions.length], 'int32');
    const words = model.embedText(text);
    const patches = model.embedPatches(model.imageInput(image));
    const both = model.encodeBoth(words, text.mask, patches, { positions: at }).sequence; // [1, M, D]
    const alone = model.encode(words, text.mask, { positions: at }).sequence;
    return [both, alone].map((sequence) => tf.softmax(model.predictTokens(sequence))); // [M, V]
  });
  const [withPhotograph, without] = (await readAll(tensors).finally(() => tf.dispose(tensors))) as [
    Float32Array,
    Float32Array,
  ];
  const V = model.config.vocab_size;
  const likeliest = (probabilities: Float32Array, row: number): Candidate[] =>
    [...probabilities.subarray(row * V, (row + 1) * V).entries()]
      .sort(([i, a], [j, b]) => b - a || i - j)
      .slice(0, candidates)
      .map(([id, probability]) => ({ piece: tokenizer.vocabulary[id] as string, probability }));
  return {
    caption: read,
    masks: masked.map((word, row) => ({
      word,
      withPhotograph: likeliest(withPhotograph, row),
      withoutPhotograph: likeliest(without, row),
    })),
  };
}
