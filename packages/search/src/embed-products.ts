import { tf } from '@kaleido/backend';
import { KaleidoError, toFloat16Bits } from '@kaleido/foundation';
import type { FeatureReader, ImageBatch } from '@kaleido/layout';
import { encoderOf, jointPatches } from '@kaleido/model';
import { imageBatch } from '@kaleido/pretrain-tasks';
import type { IndexedProduct } from './product.ts';
import type { QueryImage, SearchModel } from './search-model.ts';
import type { StoredFeatures } from './segment-files.ts';

/** A product with its photograph, e.g. of `@kaleido/data`. */
export interface ProductToIndex extends IndexedProduct {
  readonly image: QueryImage | { readonly bytes: Uint8Array };
}

/** A photograph's vector, and its features if they are wanted; or why there is none. */
export type Embedded =
  | { readonly vector: Float32Array; readonly features?: StoredFeatures }
  | { readonly reason: string };

/** Embeds some products; one answer for each, in their order. */
export type EmbedGroup = (group: readonly ProductToIndex[]) => Promise<Embedded[]>;

/** Reads the photographs with the model's own preprocessing, on this thread. */
export function embedFromPhotographs(model: SearchModel, withFeatures: boolean): EmbedGroup {
  const embed = async (group: readonly ProductToIndex[]): Promise<Embedded[]> => {
    const images = group.map(imageOf);
    if (!withFeatures) return (await model.embedImages(images)).map((vector) => ({ vector }));
    return embedBatch(model, await model.encodeImages(images), withFeatures);
  };
  return async (group) => {
    try {
      return await embed(group);
    } catch (error) {
      if (!KaleidoError.isInstance(error)) throw error;
    }
    // Some photograph cannot be read: one by one, so that only that one is left out.
    const embedded: Embedded[] = [];
    for (const product of group)
      embedded.push(
        ...(await embed([product]).catch((error: unknown) => {
          if (!KaleidoError.isInstance(error)) throw error;
          return [{ reason: error.problem }];
        })),
      );
    return embedded;
  };
}

/**
 * Embeds products whose features were made before, e.g. on several threads by `@kaleido/splits`.
 * @param features of the photographs, on the model's position scale
 * @param rowOf the row of a product's features, or why it has none
 */
export function embedFromFeatures(
  model: SearchModel,
  features: FeatureReader,
  rowOf: (id: string) => number | { readonly reason: string },
  { withFeatures = false }: { readonly withFeatures?: boolean } = {},
): EmbedGroup {
  return async (group) => {
    const rows = group.map(({ id }) => rowOf(id));
    const known = rows.filter((row) => typeof row === 'number');
    const patches = withFeatures ? undefined : jointPatches(model.model.config);
    const embedded =
      known.length === 0 ? [] : await embedBatch(model, await imageBatch(features, known, patches), withFeatures);
    return rows.map((row) => (typeof row === 'number' ? (embedded.shift() as Embedded) : row));
  };
}

async function embedBatch({ model }: SearchModel, batch: ImageBatch, withFeatures: boolean): Promise<Embedded[]> {
  const matrix = tf.tidy(() => encoderOf(model).projectImages(batch)); // [B, J]
  const J = matrix.shape[1] as number;
  const values = await matrix.data<'float32'>().finally(() => matrix.dispose());
  return Array.from({ length: batch.size }, (_, row) => {
    const vector = values.slice(row * J, (row + 1) * J);
    return withFeatures ? { vector, features: storedFeatures(batch, row) } : { vector };
  });
}

function storedFeatures({ size, features, positions }: ImageBatch, row: number): StoredFeatures {
  const rowOf = (all: Float32Array): Float32Array =>
    all.slice((row * all.length) / size, ((row + 1) * all.length) / size);
  const bits = Uint16Array.from(rowOf(features), toFloat16Bits);
  return {
    features: new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength),
    positions: rowOf(positions),
  };
}

function imageOf({ image }: ProductToIndex): QueryImage {
  return typeof image === 'object' && 'bytes' in image && image.bytes instanceof Uint8Array
    ? image.bytes
    : (image as QueryImage);
}

/** Whether a value is a photograph, as far as can be told without reading it. */
export function isPhotograph(image: unknown): boolean {
  if (typeof image === 'string' || image instanceof Uint8Array || image instanceof Blob || image instanceof URL)
    return true;
  return typeof image === 'object' && image !== null && 'bytes' in image && image.bytes instanceof Uint8Array;
}
