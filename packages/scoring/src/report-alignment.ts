import type { HiddenParts, Rectangle } from '@kaleido/eval';
import type { AlignmentExample } from '@kaleido/eval/node';
import { type RandomStream, randomStream } from '@kaleido/foundation';
import type { Box, RgbImage } from '@kaleido/kaleido-patches';
import { levelByName, type PositionScale, patchCount, positionWidth } from '@kaleido/layout';
import type { KaleidoBertConfig } from '@kaleido/model';
import {
  batchOptions,
  drawGuided,
  fillPatches,
  hiddenLevels,
  maskCaption,
  type PretrainBatchOptions,
} from '@kaleido/pretrain-tasks';
import { wordPlaces } from '@kaleido/splits';
import type { AlignSplitOptions } from '@kaleido/splits/node';
import type { AlignedPhotograph, AlignedSplit } from './measure-alignment.ts';
import { pictureOf } from './report-pictures.ts';

/** What photographs are drawn with. */
interface DrawnWith {
  readonly tokenizer: AlignSplitOptions['tokenizer'];
  readonly config: Parameters<typeof batchOptions>[0] & Pick<KaleidoBertConfig, 'text_seq_len'>;
  readonly seed: number;
}

/** Ids of the pictures that the examples show. */
export function alignmentPictureIds(aligned: AlignedSplit | undefined): string[] {
  return (aligned?.examples ?? []).map(({ product }) => product.id);
}

/** Photographs with their pairs and one draw of guided masking each, with as much hidden as in training. */
export async function alignmentExamples(
  aligned: AlignedSplit | undefined,
  pictures: ReadonlyMap<string, RgbImage>,
  { tokenizer, config, seed }: DrawnWith,
): Promise<AlignmentExample[]> {
  if (aligned === undefined) return [];
  const { examples, positionScale } = aligned;
  const imageOf = ({ product }: AlignedPhotograph): RgbImage => pictures.get(product.id) as RgbImage;
  return Promise.all(
    examples.map(async (photograph, at) => {
      const { caption } = photograph.product;
      const image = imageOf(photograph);
      const encoded = tokenizer.encode(caption, { maximumLength: config.text_seq_len });
      const hidden = hiddenParts(photograph, encoded, batchOptions(config), randomStream(seed, 'report', at));
      const [camouflaged] = hidden.patches as [number];
      const boxes = boxesOf(photograph, positionScale, image);
      const other = examples[(at + 1) % examples.length] as AlignedPhotograph;
      const foreign = boxesOf(other, positionScale, imageOf(other))[camouflaged];
      return {
        product: {
          picture: await pictureOf(image, undefined, 224),
          width: image.width,
          height: image.height,
          caption,
          words: wordPlaces(caption, encoded),
          patches: boxes.map((box) => sharesOf(box, image)),
          pairs: photograph.pairs,
        },
        hidden:
          other === photograph
            ? hidden
            : { ...hidden, intruder: await pictureOf(imageOf(other), foreign, 48, boxes[camouflaged]) },
      };
    }),
  );
}

/** One draw; the camouflaged patch is the first of its patches. */
function hiddenParts(
  { pairs }: AlignedPhotograph,
  { ids, wordStarts }: ReturnType<AlignSplitOptions['tokenizer']['encode']>,
  { masking, greyPatches, blankPatches }: PretrainBatchOptions,
  random: RandomStream,
): HiddenParts {
  const counts = { camouflage: 1, grey: greyPatches, blank: blankPatches };
  let draw: Parameters<typeof fillPatches>[0] = { patches: new Set(), sparedPatches: new Set() };
  // Only the places are drawn: it does not matter which pieces would stand there.
  const vocabulary = { size: 1, mask: 0, firstOrdinary: 0 };
  const { positions, weights } = maskCaption(
    ids,
    wordStarts,
    ids.length,
    vocabulary,
    masking,
    random,
    (words, pieces) => {
      const drawn = drawGuided(pairs, words, { pieces, mostPieces: masking.predictions, patches: counts }, random);
      draw = drawn;
      return drawn;
    },
  );
  return {
    pieces: Array.from(positions).filter((_, at) => weights[at] === 1),
    patches: hiddenLevels.flatMap((level) =>
      fillPatches(draw, level, counts[level], random).map((patch) => levelByName[level].start + patch),
    ),
  };
}

/** The 55 patches in pixels. */
function boxesOf({ positions }: AlignedPhotograph, scale: PositionScale, { width, height }: RgbImage): Box[] {
  const [across, down] = scale === 'unit' ? [width, height] : [1, 1];
  return Array.from({ length: patchCount }, (_, patch) => {
    const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = positions.subarray(positionWidth * patch, positionWidth * patch + 4);
    const pixels = (value: number, size: number): number => Math.round(value * size);
    return { x0: pixels(x0, across), x1: pixels(x1, across), y0: pixels(y0, down), y1: pixels(y1, down) };
  });
}

function sharesOf({ x0, x1, y0, y1 }: Box, { width, height }: RgbImage): Rectangle {
  return { x0: x0 / width, x1: x1 / width, y0: y0 / height, y1: y1 / height };
}
