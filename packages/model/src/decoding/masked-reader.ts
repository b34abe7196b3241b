import { readAll, type Tensor, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import type { KaleidoBert } from '../kaleido-bert.ts';
import { logProbabilitiesWithout } from './forbidden.ts';

/** Texts with masked pieces, as plain arrays. */
export interface MaskedTexts {
  /** [B, T] */
  readonly ids: Int32Array;
  /** [B, T] 1 for a piece, 0 for padding */
  readonly mask: Float32Array;
  readonly questions: readonly Question[];
}

/** Places of which the pieces are wanted. */
export interface Question {
  /** [B][M], as many of each text */
  readonly places: readonly (readonly number[])[];
  /** Pieces that none of them may be. */
  readonly forbidden: readonly number[];
}

/** The most likely pieces at the places of all questions, M in all. */
export interface Predictions {
  /** [B, M] */
  readonly ids: ArrayLike<number>;
  /** [B, M] */
  readonly logProbabilities: ArrayLike<number>;
  /** [B, T, P], what each position of the text looked at, on request. */
  readonly attention: Float32Array | undefined;
}

/** Values of the vocabulary per pass of the head: 64 MB of them. */
const logitsAtOnce = 2 ** 24;

/** A model that reads whole captions beside their photographs, in both directions, and predicts masked pieces. */
export class MaskedReader {
  readonly patchCount: number;
  readonly #model: KaleidoBert;
  readonly #attentionLayer: number | undefined;
  readonly #patches: Tensor;

  /** @param attentionLayer whose attention to return */
  constructor(model: KaleidoBert, image: ImageBatch, attentionLayer?: number) {
    this.#model = model;
    this.#attentionLayer = attentionLayer;
    this.#patches = tf.tidy(() => model.embedPatches(model.imageInput(image))); // [B, P, D]
    this.patchCount = this.#patches.shape[1] as number;
  }

  async predict(texts: MaskedTexts): Promise<Predictions> {
    const outputs = tf.tidy(() => this.#pass(texts));
    try {
      const [ids, logProbabilities, attention] = (await readAll(outputs)) as [
        Float32Array,
        Float32Array,
        Float32Array?,
      ];
      return { ids, logProbabilities, attention };
    } finally {
      tf.dispose(outputs);
    }
  }

  dispose(): void {
    this.#patches.dispose();
  }

  #pass({ ids, mask, questions }: MaskedTexts): Tensor[] {
    const [B, P] = this.#patches.shape as [number, number];
    const T = ids.length / B;
    const text = this.#model.textInput({ size: B, textLength: T, ids, mask });
    const layer = this.#attentionLayer;
    const { sequence, attentions } = this.#model.encodeBoth(this.#model.embedText(text), text.mask, this.#patches, {
      firstOnly: T,
      attentions: layer !== undefined,
    }); // [B, T, D]
    const found = this.#inParts(questions).map((question) => this.#answer(sequence, question));
    const joined = [0, 1].map((which) =>
      tf.concat(
        found.map((part) => part[which] as Tensor),
        1,
      ),
    ); // [B, M]
    if (layer === undefined) return joined;
    const overHeads = tf.mean(attentions[layer] as Tensor, 1); // [B, T or S, S]
    return [...joined, tf.slice(overHeads, [0, 0, T], [B, T, P])]; // [B, T, P]
  }

  #answer(sequence: Tensor, { places, forbidden }: Question): [ids: Tensor, logProbabilities: Tensor] {
    const shape: [number, number] = [places.length, (places[0] as readonly number[]).length]; // [B, m]
    return tf.tidy(() => {
      const logits = this.#model.predictTokens(sequence, tf.tensor(Int32Array.from(places.flat()), shape, 'int32'));
      const all = logProbabilitiesWithout(logits, forbidden); // [B m, V]
      return [tf.reshape(tf.cast(tf.argMax(all, 1), 'float32'), shape), tf.reshape(tf.max(all, 1), shape)];
    });
  }

  /** The same questions, each small enough for one pass of the head. */
  #inParts(questions: readonly Question[]): Question[] {
    return questions.flatMap(({ places, forbidden }) => {
      const M = (places[0] as readonly number[]).length;
      const together = Math.max(1, Math.floor(logitsAtOnce / (places.length * this.#model.config.vocab_size)));
      return Array.from({ length: Math.ceil(M / together) }, (_, part) => ({
        places: places.map((own) => own.slice(part * together, (part + 1) * together)),
        forbidden,
      }));
    });
  }
}
