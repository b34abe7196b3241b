import { ops, readAll, type Tensor, tf } from '@kaleido/backend';
import type { Annotations, CaptionerState } from './recurrence.ts';
import type { ShowAttendTell } from './show-attend-tell.ts';

/** What may follow some captions, R of them. */
export interface NextPieces {
  /** [R, V], the log-probability of each piece; far below 0 for those that may not follow. */
  readonly logProbabilities: Float32Array;
  /** [R, G], what this step looked at. */
  readonly attention: Float32Array;
}

/** Added to the logit of a piece that may not be chosen, so that its probability is 0. */
const outOfChoice = -1e9;

/** Whether a piece may follow. */
export function mayFollow(logProbability: number): boolean {
  return logProbability > outOfChoice / 2;
}

/** Reads captions piece by piece, several at a time. */
export class CaptionReader {
  readonly #model: ShowAttendTell;
  #annotations: Annotations;
  #state: CaptionerState;
  /** The image of each row. */
  #images: readonly number[];
  #position = 0;

  /** @param grids [B, G, F] */
  constructor(model: ShowAttendTell, grids: Float32Array, images: number) {
    const { cells: G, featureWidth: F } = model.config;
    this.#model = model;
    this.#images = Array.from({ length: images }, (_, image) => image);
    const [values, keys, hidden, memory] = tf.tidy((): [Tensor, Tensor, Tensor, Tensor] => {
      const annotations = model.annotate(tf.tensor(grids, [images, G, F]));
      const state = model.begin(annotations);
      return [annotations.values, annotations.keys, state.hidden, state.memory];
    });
    this.#annotations = { values, keys };
    this.#state = { hidden, memory };
  }

  /**
   * Appends a piece to each of R captions.
   * @param before the row, in the call before, of the caption that each piece follows; in the first call, its image
   * @param pieces one for each
   */
  async next(before: readonly number[], pieces: readonly number[]): Promise<NextPieces> {
    const images = before.map((row) => this.#images[row] as number);
    const sameImages = isSame(images, this.#images);
    const sameRows = isSame(before, [...before.keys()]) && sameImages;
    const given = { annotations: this.#annotations, state: this.#state };
    const [values, keys, hidden, memory, ...outputs] = tf.tidy((): [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor] => {
      const rows = tf.tensor(Int32Array.from(before), [before.length], 'int32');
      const annotations = sameImages ? given.annotations : pickedAnnotations(given.annotations, rows);
      const state = sameRows ? given.state : pickedState(given.state, rows);
      const step = this.#model.step(annotations, state, tf.tensor(Int32Array.from(pieces), [pieces.length], 'int32'));
      const logits = this.#model.predict({ hidden: step.hidden, contexts: step.context, words: step.words });
      const logProbabilities = tf.logSoftmax(tf.add(logits, tf.tensor(this.#penalties())));
      return [annotations.values, annotations.keys, step.hidden, step.memory, logProbabilities, step.attention];
    });
    disposeAll(given.state);
    if (!sameImages) disposeAll(given.annotations);
    this.#annotations = { values, keys };
    this.#state = { hidden, memory };
    this.#images = images;
    this.#position += 1;
    try {
      const [logProbabilities, attention] = (await readAll(outputs)) as [Float32Array, Float32Array];
      return { logProbabilities, attention };
    } finally {
      tf.dispose(outputs);
    }
  }

  dispose(): void {
    disposeAll(this.#annotations);
    disposeAll(this.#state);
  }

  /** [V] */
  #penalties(): Float32Array {
    const { special, vocabularySize } = this.#model.config;
    const { padding, unknown, classification, separator, mask } = special;
    const penalties = new Float32Array(vocabularySize);
    // A caption has at least one piece.
    for (const id of [padding, unknown, classification, mask, ...(this.#position === 0 ? [separator] : [])])
      penalties[id] = outOfChoice;
    return penalties;
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function disposeAll(tensors: Annotations | CaptionerState): void {
  for (const tensor of Object.values(tensors) as Tensor[]) tensor.dispose();
}

function pickedAnnotations({ values, keys }: Annotations, rows: Tensor): Annotations {
  return { values: picked(values, rows), keys: picked(keys, rows) };
}

function pickedState({ hidden, memory }: CaptionerState, rows: Tensor): CaptionerState {
  return { hidden: picked(hidden, rows), memory: picked(memory, rows) };
}

/** The given rows of a tensor; a row may occur repeatedly. @param rows int32 [R] */
function picked(x: Tensor, rows: Tensor): Tensor {
  const [B, ...rest] = x.shape as [number, ...number[]];
  return tf.reshape(ops.embedding(tf.reshape(x, [B, x.size / B]), rows), [rows.size, ...rest]);
}
