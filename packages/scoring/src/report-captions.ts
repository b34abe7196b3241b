import type { CaptionExample } from '@kaleido/eval/node';
import type { RgbImage } from '@kaleido/kaleido-patches';
import type { PreparedProduct } from '@kaleido/splits';
import type { CaptionedSplit } from './caption-split.ts';
import { pictureOf } from './report-pictures.ts';

/** Examples in the report, spread over the photographs: neighbours are often of one product. */
const examples = 12;

function exampleRows({ captions }: CaptionedSplit): number[] {
  const count = Math.min(examples, captions.length);
  return Array.from({ length: count }, (_, at) => Math.floor((at * captions.length) / count));
}

/** Ids of the pictures that the examples show. */
export function captionPictureIds(captioned: CaptionedSplit, products: readonly PreparedProduct[]): Set<string> {
  return new Set(exampleRows(captioned).map((row) => (products[row] as PreparedProduct).id));
}

export async function captionExamples(
  captioned: CaptionedSplit,
  products: readonly PreparedProduct[],
  pictures: ReadonlyMap<string, RgbImage>,
): Promise<CaptionExample[]> {
  return Promise.all(
    exampleRows(captioned).map(async (row) => {
      const { id, caption } = products[row] as PreparedProduct;
      const nearest = captioned.nearest?.[row];
      return {
        picture: await pictureOf(pictures.get(id) as RgbImage, undefined, 160),
        written: captioned.captions[row] as string,
        truth: caption,
        ...(nearest === undefined ? {} : { nearest }),
      };
    }),
  );
}
