import { KaleidoError, type RandomStream, randomStream } from '@kaleido/foundation';
import { type ImageBatch, patchCount, positionWidth } from '@kaleido/layout';
import type { KaleidoBert } from '../kaleido-bert.ts';
import { beamSearch } from './beam-search.ts';
import {
  type CaptionOptions,
  type CheckedOptions,
  checkCaptionOptions,
  defaultBlockNgram,
  type PieceChoice,
} from './caption-options.ts';
import { CausalReader } from './causal-reader.ts';
import { fromNucleus, mostLikely } from './choose-piece.ts';
import { captionOf, type Draft, type DraftLimits } from './draft.ts';
import type { GeneratedCaption } from './generated-caption.ts';
import { maskPredict } from './mask-predict.ts';
import { MaskedReader } from './masked-reader.ts';
import type { PieceReader } from './next-pieces.ts';
import { oneByOne } from './one-by-one.ts';

/**
 * Writes a caption for each photograph. The same weights, photographs and options give the same captions.
 * @throws KaleidoError for options that are wrong or do not fit the model, and for photographs that do not
 */
export async function generateCaptions(
  model: KaleidoBert,
  image: ImageBatch,
  options: CaptionOptions,
): Promise<GeneratedCaption[]> {
  const checked = checkCaptionOptions(options, model.config, image.size);
  assertFits(model, image);
  if (image.size === 0) return [];
  switch (checked.method) {
    case 'left-to-right':
      return leftToRight(model, image, checked);
    case 'mask-predict':
      return allAtOnce(model, image, checked, checked.iterations);
    case 'one-pass':
      return allAtOnce(model, image, checked, 1);
    default:
      return checked satisfies never;
  }
}

async function leftToRight(
  model: KaleidoBert,
  image: ImageBatch,
  { tokens, longest, attentionLayer, choice, blockNgram, names }: CheckedOptions & { readonly method: 'left-to-right' },
): Promise<GeneratedCaption[]> {
  const { classification, separator } = tokens;
  const limits = {
    classification,
    separator,
    mostPieces: longest - 2,
    blockNgram: blockNgram ?? defaultBlockNgram(choice),
  };
  const reader = new CausalReader(model, image, tokens, attentionLayer);
  try {
    return (await drafts(reader, image.size, limits, choice, names)).map(captionOf);
  } finally {
    reader.dispose();
  }
}

function drafts(
  reader: PieceReader,
  photographs: number,
  limits: DraftLimits,
  choice: Required<PieceChoice>,
  names: readonly string[] | undefined,
): Promise<Draft[]> {
  switch (choice.kind) {
    case 'greedy':
      return oneByOne(reader, photographs, limits, mostLikely);
    case 'beam':
      return beamSearch(reader, photographs, limits, choice);
    case 'nucleus': {
      // One stream for each photograph: its caption is the same in every batch.
      const streams = Array.from({ length: photographs }, (_, index) =>
        randomStream(choice.seed, 'caption', names?.[index] ?? index),
      );
      return oneByOne(reader, photographs, limits, (logProbabilities, photograph) =>
        fromNucleus(logProbabilities, choice, streams[photograph] as RandomStream),
      );
    }
    default:
      return choice satisfies never;
  }
}

async function allAtOnce(
  model: KaleidoBert,
  image: ImageBatch,
  { tokens, length, longest, attentionLayer }: Exclude<CheckedOptions, { readonly method: 'left-to-right' }>,
  iterations: number,
): Promise<GeneratedCaption[]> {
  const reader = new MaskedReader(model, image, attentionLayer);
  try {
    return await maskPredict(reader, image.size, { tokens, iterations, length, longest });
  } finally {
    reader.dispose();
  }
}

function assertFits({ config }: KaleidoBert, image: ImageBatch): void {
  const { size, featureWidth, features, positions, patches } = image;
  const refuse = (problem: string, found: unknown, advice: string): never => {
    throw new KaleidoError({ source: 'model', problem, found, advice });
  };
  if (featureWidth !== config.patch_feature_size)
    refuse(
      `the model reads features of the width ${config.patch_feature_size}`,
      featureWidth,
      "use the model's extractor",
    );
  const values = size * (patches?.length ?? patchCount);
  if (features.length !== values * featureWidth || positions.length !== values * positionWidth)
    refuse(
      `${values} patches have ${values * featureWidth} features and ${values * positionWidth} positions`,
      [features.length, positions.length],
      'give one row for each patch of each photograph',
    );
}
