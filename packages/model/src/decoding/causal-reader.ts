import { readAll, type Tensor, tf } from '@kaleido/backend';
import type { ImageBatch } from '@kaleido/layout';
import type { KaleidoBert } from '../kaleido-bert.ts';
import type { LayerMemory } from '../layer-memory.ts';
import { pickRows } from '../pick-rows.ts';
import type { CaptionTokens } from './caption-options.ts';
import { forbiddenAnywhere, logProbabilitiesWithout } from './forbidden.ts';
import type { NextPieces, PieceReader } from './next-pieces.ts';

/**
 * A model that reads captions piece by piece beside their photographs, as under the causal mask of `encodeBoth`. The
 * patches are read once; then each piece costs one position, since the keys and values of all before it are kept.
 */
export class CausalReader implements PieceReader {
  readonly vocabularySize: number;
  readonly #model: KaleidoBert;
  readonly #tokens: CaptionTokens;
  readonly #attentionLayer: number | undefined;
  readonly #patches: number;
  #memory: readonly LayerMemory[];
  #position = 0;

  /** @param attentionLayer whose attention to return */
  constructor(model: KaleidoBert, image: ImageBatch, tokens: CaptionTokens, attentionLayer?: number) {
    this.vocabularySize = model.config.vocab_size;
    this.#model = model;
    this.#tokens = tokens;
    this.#attentionLayer = attentionLayer;
    const memory = tf.tidy(() => {
      const patches = model.embedPatches(model.imageInput(image)); // [B, P, D]
      const mask = tf.ones(patches.shape.slice(0, 2)); // [B, P]
      // Nothing reads the last layer's outputs, but there must be some.
      return model.encode(patches, mask, { remember: true, firstOnly: 1 }).memory as never;
    }) as readonly LayerMemory[];
    this.#memory = memory;
    this.#patches = memory[0]?.key.shape[1] as number;
  }

  async next(texts: readonly number[], pieces: readonly number[]): Promise<NextPieces> {
    const V = this.vocabularySize;
    const { separator } = this.#tokens;
    // A caption has at least one piece.
    const forbidden = [...forbiddenAnywhere(this.#tokens), ...(this.#position === 0 ? [separator] : [])];
    const before = this.#memory;
    const { outputs, memory } = tf.tidy(() => this.#step(texts, pieces, forbidden) as never) as Step;
    this.#memory = memory;
    this.#position += 1;
    tf.dispose(before as never);
    try {
      const [logProbabilities, attention] = (await readAll(outputs)) as [Float32Array, Float32Array?];
      for (let start = 0; start < logProbabilities.length; start += V)
        for (const id of forbidden) logProbabilities[start + id] = Number.NEGATIVE_INFINITY;
      return attention === undefined ? { logProbabilities } : { logProbabilities, attention };
    } finally {
      tf.dispose([...outputs]);
    }
  }

  dispose(): void {
    tf.dispose(this.#memory as never);
  }

  #step(texts: readonly number[], pieces: readonly number[], forbidden: readonly number[]): Step {
    const R = pieces.length;
    const rows = Int32Array.from(texts);
    const inOrder = R === this.#memory[0]?.key.shape[0] && texts.every((text, row) => text === row);
    const after = inOrder
      ? this.#memory
      : this.#memory.map(({ key, value }) => ({ key: pickRows(key, rows), value: pickRows(value, rows) }));
    const ids = tf.tensor(Int32Array.from(pieces), [R, 1], 'int32');
    const words = this.#model.embedText({ ids, mask: tf.ones([R, 1]) }, undefined, this.#position); // [R, 1, D]
    const mask = tf.ones([R, this.#patches + this.#position + 1]);
    const layer = this.#attentionLayer;
    const { sequence, attentions, memory } = this.#model.encode(words, mask, {
      after,
      remember: true,
      attentions: layer !== undefined,
    });
    const logits = this.#model.predictTokens(sequence, tf.zeros([R, 1], 'int32')); // [R, V]
    const outputs = [logProbabilitiesWithout(logits, forbidden)];
    if (layer !== undefined) {
      const overHeads = tf.mean(attentions[layer] as Tensor, 1); // [R, 1, P + t]
      outputs.push(tf.reshape(tf.slice(overHeads, [0, 0, 0], [-1, -1, this.#patches]), [R, this.#patches]));
    }
    return { outputs, memory };
  }
}

interface Step {
  /** The log-probabilities, and the attention if it is asked for. */
  readonly outputs: readonly Tensor[];
  readonly memory: readonly LayerMemory[];
}
