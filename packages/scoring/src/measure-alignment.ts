import { type AlignedProduct, type AlignmentFigures, alignmentFigures, type Evaluation } from '@kaleido/eval';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { type Alignment, patchCount } from '@kaleido/layout';
import { type PreparedProduct, type PreparedSplit, withoutProducts } from '@kaleido/splits';
import { type AlignSplitOptions, alignWith } from '@kaleido/splits/node';

/** Examples of pairs, spread over the photographs: neighbours are often of one product. */
const examples = 12;

/** Photographs that are aligned to find examples where no other needs to be: some have no pair. */
const candidates = 48;

/** A photograph with its pairs. */
export interface AlignedPhotograph {
  readonly product: PreparedProduct;
  readonly pairs: readonly Alignment[];
  /** [55, 5] in the split's scale */
  readonly positions: Float32Array;
}

/** What an aligner finds in a split. */
export interface AlignedSplit extends Pick<PreparedSplit, 'positionScale'> {
  /** How often it finds the part that a word mentions, by its name; undefined if no mention has a known part. */
  readonly figures: Evaluation['alignment'];
  /** Up to twelve photographs that have pairs. */
  readonly examples: readonly AlignedPhotograph[];
}

/**
 * Aligns a split, and measures the pairs where it is known what the photographs show.
 * @param aligner as a file
 * @param mentionsOf the true parts, from `partMentions`; undefined if they are unknown: only examples are aligned then
 * @param options with the split's features that the aligner reads
 */
export async function measureAlignment(
  aligner: Uint8Array,
  mentionsOf: ((product: PreparedProduct) => AlignedProduct['mentions']) | undefined,
  options: AlignSplitOptions,
): Promise<AlignedSplit> {
  const split = mentionsOf === undefined ? someOf(options.split) : options.split;
  const { products, positionScale } = split;
  const table = await alignWith(aligner, 'aligner.safetensors', { ...options, split });
  const features = await openFeatures(split.features);
  try {
    const photographs: AlignedPhotograph[] = [];
    for (const [row, product] of products.entries()) {
      const positions = (await features.load([row])).positions(row).slice();
      photographs.push({ product, pairs: table.of(row), positions });
    }
    const figures = mentionsOf && figuresOf(photographs, mentionsOf);
    return {
      positionScale,
      figures: figures === undefined || figures.mentions === 0 ? undefined : { [options.settings.kind]: figures },
      examples: spread(
        photographs.filter(({ pairs }) => pairs.length > 0),
        examples,
      ),
    };
  } finally {
    await features.close();
  }
}

function figuresOf(
  photographs: readonly AlignedPhotograph[],
  mentionsOf: (product: PreparedProduct) => AlignedProduct['mentions'],
): AlignmentFigures {
  return alignmentFigures(
    photographs.map(({ product, pairs, positions }) => ({
      patches: Array.from({ length: patchCount }, (_, patch) => {
        const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = positions.subarray(5 * patch, 5 * patch + 4);
        return { x0, x1, y0, y1 };
      }),
      pairs,
      mentions: mentionsOf(product),
    })),
  );
}

function someOf(split: PreparedSplit): PreparedSplit {
  const chosen = new Set(spread(split.products, candidates));
  return withoutProducts(split, (product) => !chosen.has(product));
}

/** Some of a list, at equal distances. */
function spread<Value>(all: readonly Value[], most: number): Value[] {
  const count = Math.min(most, all.length);
  return Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)] as Value);
}
