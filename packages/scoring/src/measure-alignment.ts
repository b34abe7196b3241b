import { type AlignedProduct, type AlignmentFigures, alignmentFigures } from '@kaleido/eval';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { patchCount } from '@kaleido/layout';
import type { PreparedProduct } from '@kaleido/splits';
import { type AlignSplitOptions, alignWith } from '@kaleido/splits/node';

/**
 * How often an aligner finds the part that a word mentions, on a split with the features that it reads.
 * @param aligner as a file
 * @param mentionsOf the true parts, from `partMentions`
 */
export async function measureAlignment(
  aligner: Uint8Array,
  mentionsOf: (product: PreparedProduct) => AlignedProduct['mentions'],
  options: AlignSplitOptions,
): Promise<AlignmentFigures> {
  const { products, features: access } = options.split;
  const table = await alignWith(aligner, 'aligner.safetensors', options);
  const features = await openFeatures(access);
  try {
    const aligned: AlignedProduct[] = [];
    for (const [row, product] of products.entries()) {
      const positions = (await features.load([row])).positions(row); // [55, 5]
      const patches = Array.from({ length: patchCount }, (_, patch) => {
        const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = positions.subarray(5 * patch, 5 * patch + 4);
        return { x0, x1, y0, y1 };
      });
      aligned.push({ patches, pairs: table.of(row), mentions: mentionsOf(product) });
    }
    return alignmentFigures(aligned);
  } finally {
    await features.close();
  }
}
