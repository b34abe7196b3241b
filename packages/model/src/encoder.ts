import { type Tensor, tf } from '@kaleido/backend';
import type { DropoutSeeds } from '@kaleido/foundation';
import type { ImageBatch, TextBatch } from '@kaleido/layout';
import type { KaleidoBert, KaleidoLogits, SideEncoding } from './kaleido-bert.ts';
import { jointPatches } from './kaleido-bert-config.ts';
import { pickRows } from './pick-rows.ts';

/**
 * The interface of a model for training objectives and applications. Batches are plain arrays, and the model alone
 * decides how it encodes a side. Without `dropout` nothing is dropped. Tensors belong to the caller's `tf.tidy`.
 */
export interface Encoder {
  /** Captions alone. */
  encodeCaptions(text: TextBatch, dropout?: DropoutSeeds): SideEncoding;
  /** Images alone; the batch holds patches of every level. */
  encodeImages(image: ImageBatch, dropout?: DropoutSeeds): SideEncoding;
  /** Images in the joint space alone, [B, J]; the batch needs only the patches of `jointPatches`. */
  projectImages(image: ImageBatch, dropout?: DropoutSeeds): Tensor;
  /** Match logits of pairs, [pairs, 2]: pair i is caption `captions[i]` with image `images[i]`, rows of the batches. */
  matchPairs(pairs: PairsToMatch, dropout?: DropoutSeeds): Tensor;
  /**
   * Logits over the vocabulary at these positions of captions, read with their images, [B M, V]. The images may hold
   * any patches; undefined: the captions alone. @param positions [B M]
   */
  predictTokens(text: TextBatch, image: ImageBatch | undefined, positions: Int32Array, dropout?: DropoutSeeds): Tensor;
  /** Both sides in one pass, with the heads of the paper's tasks. */
  readBoth(text: TextBatch, image: ImageBatch, dropout?: DropoutSeeds): BothSides;
  /** Captions read from left to right beside their images, to predict each next piece. */
  readCausally(text: TextBatch, image: ImageBatch, dropout?: DropoutSeeds): CausalText;
  /** (features - mean) / deviation if the model carries these statistics, otherwise the features unchanged. */
  standardise(features: Tensor): Tensor;
}

export interface PairsToMatch {
  readonly text: TextBatch;
  readonly image: ImageBatch;
  /** [pairs] rows of `text` */
  readonly captions: Int32Array;
  /** [pairs] rows of `image` */
  readonly images: Int32Array;
}

/** The outputs of the heads for captions and images read together. */
export interface BothSides {
  readonly logits: KaleidoLogits;
  /** Logits over the vocabulary at these positions, [B M, V]. @param positions [B M] */
  tokensAt(positions: Int32Array): Tensor;
  /** Feature logits of these patches of level 4 (`grey`) or 5 (`blank`), [B n, F]. @param patches [B n] within the level */
  featuresAt(level: 'grey' | 'blank', patches: Int32Array): Tensor;
}

/** Captions of which every position knows only the pieces before it, its own and the image. */
export interface CausalText {
  /** Logits over the vocabulary of the pieces that follow these positions, [B M, V]. @param positions [B M] */
  nextAt(positions: Int32Array): Tensor;
}

/** Wraps a model as an `Encoder`. */
export function encoderOf(model: KaleidoBert): Encoder {
  const encodeImages = (batch: ImageBatch, dropout?: DropoutSeeds): SideEncoding => {
    const image = model.imageInput(batch);
    return model.encodeImage(image, model.embedPatches(image, dropout), dropout);
  };
  return {
    encodeImages,
    encodeCaptions(batch, dropout) {
      const text = model.textInput(batch);
      return model.encodeText(model.embedText(text, dropout), text.mask, dropout);
    },
    projectImages: (batch, dropout) =>
      jointPatches(model.config) === undefined
        ? encodeImages(batch, dropout).joint
        : model.encodeWhole(model.imageInput(batch), dropout),
    matchPairs({ text, image, captions, images }, dropout) {
      const input = model.textInput(text);
      const embeddedCaptions = model.embedText(input, dropout); // [B, T, D]
      const embeddedPatches = model.embedPatches(model.imageInput(image), dropout); // [B, P, D]
      const { sequence } = model.encodeBoth(
        pickRows(embeddedCaptions, captions), // [pairs, T, D]
        pickRows(input.mask, captions),
        pickRows(embeddedPatches, images), // [pairs, P, D]
        { dropout, firstOnly: 1 },
      );
      return model.match(model.pool(sequence)); // [pairs, 2]
    },
    predictTokens(text, image, positions, dropout) {
      const input = model.textInput(text);
      const embedded = model.embedText(input, dropout); // [B, T, D]
      const asked = { dropout, positions: tf.tensor(positions, [text.size, positions.length / text.size], 'int32') };
      const { sequence } =
        image === undefined
          ? model.encode(embedded, input.mask, asked)
          : model.encodeBoth(embedded, input.mask, model.embedPatches(model.imageInput(image), dropout), asked); // [B, M, D]
      return model.predictTokens(sequence);
    },
    readBoth(text, image, dropout) {
      const { sequence, logits } = model.forward(model.textInput(text), model.imageInput(image), { dropout });
      return {
        logits,
        tokensAt: (positions) => model.predictTokens(sequence, perItem(positions, text.size)),
        featuresAt: (level, patches) => model.predictFeatures(sequence, level, perItem(patches, text.size)),
      };
    },
    readCausally(text, image, dropout) {
      const input = model.textInput(text);
      const words = model.embedText(input, dropout);
      const patches = model.embedPatches(model.imageInput(image), dropout);
      const options = { dropout, causalText: true, firstOnly: text.textLength };
      const { sequence } = model.encodeBoth(words, input.mask, patches, options); // [B, T, D]
      return { nextAt: (positions) => model.predictTokens(sequence, perItem(positions, text.size)) };
    },
    standardise: (features) => model.standardise(features),
  };
}

function perItem(values: Int32Array, size: number): Tensor {
  return tf.tensor(values, [size, values.length / size], 'int32');
}
