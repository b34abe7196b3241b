import { type Tensor, tf } from '@kaleido/backend';
import {
  type ClassifierHead,
  captionBatch,
  captionFor,
  type FineTuneReport,
  type SkippedPhotograph,
  type TaskHead,
} from '@kaleido/fine-tuning';
import { KaleidoError } from '@kaleido/foundation';
import { type ImageBatch, residentFeatures } from '@kaleido/layout';
import { type Classifier, encoderOf, headInput, jointPatches, type KaleidoBert } from '@kaleido/model';
import { imageBatch } from '@kaleido/pretrain-tasks';
import type { Tokenizer } from '@kaleido/tokenizer';
import { groupsOf, type ImageFeatures, type PreparedPhotographs } from './image-features.ts';
import { type Look, type LookOptions, lookAt } from './look.ts';
import { modelFiles } from './model-files.ts';
import type { Photograph, PhotographRecord, Photographs } from './photograph.ts';
import type { Platform } from './platform.ts';
import type { Preprocessor } from './preprocessor.ts';
import { type WriteOptions, type WrittenCaption, writeCaptions } from './write-captions.ts';

export interface PredictOptions {
  /** Called for each photograph that cannot be read; the others are still processed. Default: the first one throws. */
  readonly onSkipped?: (skipped: SkippedPhotograph) => void;
}

/** The parts of a Kaleido, which owns all of them. */
export interface KaleidoParts {
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
  readonly imageFeatures: ImageFeatures;
  readonly head?: TaskHead<unknown> | undefined;
  readonly training?: FineTuneReport | undefined;
}

/** Captions per pass through the model. */
const captionsPerPass = 64;

/** A model with its tokenizer and preprocessing: from photographs and texts to embeddings, probabilities and labels. */
export class Kaleido<Result = unknown, Training extends FineTuneReport | undefined = FineTuneReport | undefined> {
  readonly model: KaleidoBert;
  readonly tokenizer: Tokenizer;
  /** How photographs become features. */
  readonly preprocessor: Preprocessor;
  /** Of a fine-tuned model: its layers on top, and what their outputs mean. */
  readonly head: TaskHead<Result> | undefined;
  /** Of a model that `fineTune` returned: the report. */
  readonly training: Training;
  /** @internal */
  readonly imageFeatures: ImageFeatures;
  /** @internal */
  readonly platform: Platform;

  /** @internal Use `openKaleido`, `createKaleido` or `fineTune`. */
  constructor({ model, tokenizer, imageFeatures, head, training }: KaleidoParts, platform: Platform) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.preprocessor = imageFeatures.opened.preprocessor;
    this.imageFeatures = imageFeatures;
    this.head = head as TaskHead<Result> | undefined;
    this.training = training as Training;
    this.platform = platform;
  }

  /** Of a model that is fine-tuned for labels: its classes and layers. */
  get classifier(): Classifier | undefined {
    return this.head !== undefined && 'classifier' in this.head
      ? (this.head as ClassifierHead<Result>).classifier
      : undefined;
  }

  /**
   * One vector of length 1 per photograph, in the same space as captions: compare by dot product. Its width is the
   * model's `joint_size`. A model without a joint space gives the mean of its patch embeddings, `hidden_size` wide;
   * captions and photographs are then only comparable as far as the model was trained for it.
   * @throws KaleidoError for a photograph that cannot be read
   */
  async embedImages(photographs: Photographs): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    // Only the patches that the joint space reads.
    const patches = jointPatches(this.model.config);
    for await (const group of this.#prepared(photographs)) {
      const batch = await allRows(group, patches);
      vectors.push(...(await rowsOf(() => encoderOf(this.model).projectImages(batch))));
    }
    return vectors;
  }

  /** One vector of length 1 per caption; see `embedImages`. Words beyond the model's text length are cut off. */
  async embedCaptions(captions: Iterable<string>): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const group of this.#captionGroups(captions)) {
      const batch = captionBatch(group, this.tokenizer, this.model.config.text_seq_len);
      vectors.push(...(await rowsOf(() => encoderOf(this.model).encodeCaptions(batch).joint)));
    }
    return vectors;
  }

  /**
   * Probability that each caption belongs to the photograph, 0..1, by the matching head, which reads both together. It
   * is slower than comparing embeddings, and needs pre-training with the matching task. Each caption is judged
   * independently: the probabilities need not sum to 1.
   * @throws KaleidoError for a photograph that cannot be read
   */
  async match(photograph: Photograph, captions: Iterable<string>): Promise<number[]> {
    const image = await this.encodeImages([photograph]);
    const probabilities: number[] = [];
    for (const group of this.#captionGroups(captions)) {
      const text = captionBatch(group, this.tokenizer, this.model.config.text_seq_len);
      const rows = await rowsOf(() =>
        tf.softmax(
          encoderOf(this.model).matchPairs({
            text,
            image,
            captions: Int32Array.from(group, (_, row) => row),
            images: new Int32Array(group.length),
          }),
        ),
      );
      probabilities.push(...rows.map((row) => row[1] as number));
    }
    return probabilities;
  }

  /**
   * Photographs as model input, in plain arrays: features [B, 55, F] and positions [B, 55, 5]. All of them are in
   * memory at once.
   * @throws KaleidoError for a photograph that cannot be read
   */
  async encodeImages(photographs: Photographs): Promise<ImageBatch> {
    const features = this.imageFeatures.empty();
    for await (const _ of this.#prepared(photographs, {}, features));
    return imageBatch(
      residentFeatures(features),
      Int32Array.from({ length: features.rows }, (_, row) => row),
    );
  }

  /**
   * One photograph with every step between its file and the model's input: the object's mask and box, the 55 patches and
   * their features. For pages and notebooks that show what a model sees, or let a user move the box.
   * @throws KaleidoError for a photograph that cannot be read, and a box that does not lie in it
   */
  look(photograph: Photograph, options: LookOptions = {}): Promise<Look> {
    return lookAt(this.imageFeatures, photograph, options);
  }

  /**
   * What a fine-tuned model says of photographs, as a stream: classes, tags, or what a task of your own predicts. One whose
   * inputs are `text` or `both` needs records with captions.
   * @throws KaleidoError if the model has no head, and for a photograph that cannot be read or lacks its caption
   */
  async *predict(photographs: Photographs, options: PredictOptions = {}): AsyncGenerator<Result> {
    const { head, model } = this;
    if (head === undefined)
      throw new KaleidoError({
        source: 'pipeline',
        problem: 'this model has no classifier to predict with',
        advice:
          'fine-tune it: await fineTune(kaleido, classification({ label: ... }), { train }), or open a folder of one; a model that writes captions has caption, one for retrieval embedImages and embedCaptions',
      });
    for await (const group of this.#prepared(photographs, options)) {
      const { records } = group;
      if (records.length === 0) continue;
      const text = captionBatch(
        records.map((record) => captionFor(record, head.input.inputs)),
        this.tokenizer,
        model.config.text_seq_len,
      );
      const image = await allRows(group);
      const outputs = tf.tidy(() => [...head.outputs(headInput(model, head.input, { text, image }))]);
      const ids = records.map(({ id }) => id);
      yield* head.results(ids, await read(outputs));
    }
  }

  /**
   * Writes a caption for each photograph, as a stream. The default, `left-to-right`, needs a model that was trained by the
   * objective `captioning`, such as `finetuned/captioning` of a run; one that was pre-trained to predict masked words, as in
   * the paper, writes by `mask-predict` or `one-pass`, with a `length` that suits its captions. Others write words at random.
   * @throws KaleidoError for options that are wrong, and for a photograph that cannot be read
   */
  async *caption(
    photographs: Photographs,
    { onSkipped, ...options }: WriteOptions & PredictOptions = {},
  ): AsyncGenerator<WrittenCaption> {
    for await (const group of this.#prepared(photographs, onSkipped && { onSkipped })) {
      const ids = group.records.map(({ id }) => id);
      yield* await writeCaptions(this.model, this.tokenizer, await allRows(group), ids, options);
    }
  }

  /**
   * Writes a model folder: config.json, weights, vocabulary, preprocessor.json, and a classifier's classes and head.
   * `openKaleido` opens it again. Only in Node; in a page, use `toFiles`.
   * @throws KaleidoError where a file cannot be written, and in a page
   */
  save(folder: string): Promise<void> {
    return this.platform.save(folder, this);
  }

  /** The files of a model folder, for a page to download or store. `openKaleido` opens them again. */
  toFiles(): Promise<File[]> {
    return modelFiles(this);
  }

  /** Frees the model and its preprocessing; it cannot be used afterwards. Models fine-tuned from it stay usable. */
  dispose(): void {
    this.head?.dispose();
    this.model.dispose();
    this.imageFeatures.release();
  }

  /** Photographs in groups for one pass. @param features collects the features of all groups */
  async *#prepared(
    photographs: Photographs,
    { onSkipped }: PredictOptions = {},
    features?: PreparedPhotographs<never>['features'],
  ): AsyncGenerator<PreparedPhotographs<PhotographRecord & { readonly id: string }>> {
    for await (const records of groupsOf(photographs)) {
      const group = await this.imageFeatures.prepare(records, features);
      for (const skipped of group.skipped) {
        if (onSkipped === undefined) throw new KaleidoError(unreadable(skipped));
        onSkipped(skipped);
      }
      yield group;
    }
  }

  *#captionGroups(captions: Iterable<string>): Generator<string[]> {
    const all = typeof captions === 'string' ? undefined : [...captions];
    const wrong = all?.findIndex((caption) => typeof caption !== 'string');
    if (all === undefined || (wrong !== undefined && wrong >= 0))
      throw new KaleidoError({
        source: 'pipeline',
        problem: 'captions must come as a list of strings',
        found: all === undefined ? 'one string' : all[wrong as number],
        advice: all === undefined ? 'put a single one into brackets: [caption]' : 'leave out what has no caption',
      });
    for (let start = 0; start < all.length; start += captionsPerPass) yield all.slice(start, start + captionsPerPass);
  }
}

function unreadable({ id, reason }: SkippedPhotograph): ConstructorParameters<typeof KaleidoError>[0] {
  return {
    source: 'pipeline',
    problem: `${id} cannot be used: ${reason.replace(/^@kaleido\/[\w-]+: /, '')}`,
  };
}

function allRows(
  { records, features }: PreparedPhotographs<unknown>,
  patches?: readonly number[],
): Promise<ImageBatch> {
  return imageBatch(
    residentFeatures(features),
    records.map((_, row) => row),
    patches,
  );
}

/** Computes a matrix, reads its rows and frees it. */
async function rowsOf(compute: () => Tensor): Promise<Float32Array[]> {
  const matrix = tf.tidy(compute); // [B, W]
  const [B, W] = matrix.shape as [number, number];
  const [values] = (await read([matrix])) as [Float32Array];
  return Array.from({ length: B }, (_, row) => values.slice(row * W, (row + 1) * W));
}

/** Reads tensors and frees them. */
async function read(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  try {
    return await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
  } finally {
    tf.dispose([...tensors]);
  }
}
