import type { ImageBatch } from '@kaleido/layout';
import type { KaleidoBert } from '@kaleido/model';

/** A photograph's file: bytes, a `Blob`, or a place that the model's platform reads. */
export type QueryImage = Uint8Array | Blob | string | URL;

/** What search needs of a model: a `Kaleido` of `@kaleido/pipeline` has it. */
export interface SearchModel {
  readonly model: KaleidoBert;
  readonly tokenizer: {
    readonly vocabulary: readonly string[];
    readonly normalization: object;
    encode(
      text: string,
      options?: { readonly maximumLength?: number },
    ): {
      readonly ids: Int32Array;
      readonly wordStarts: Uint8Array;
      readonly tokens: readonly string[];
      readonly offsets: readonly (readonly [begin: number, end: number])[];
    };
    toVocabularyText(): string;
  };
  readonly preprocessor: object;
  /** One vector of length 1 per photograph. */
  embedImages(photographs: Iterable<QueryImage>): Promise<Float32Array[]>;
  /** One vector of length 1 per text. */
  embedCaptions(captions: Iterable<string>): Promise<Float32Array[]>;
  /** Features of photographs, [B, 55, F], with positions. */
  encodeImages(photographs: Iterable<QueryImage>): Promise<ImageBatch>;
}
