import { html } from '../report/html.ts';
import { type AlignedPicture, patchesOf, requirePatch, textOf } from './aligned-picture.ts';
import { type DrawingOptions, drawing, frame, palette, patchPlace, photograph, photographPlace } from './drawing.ts';
import { type CaptionMark, drawnCaption } from './drawn-caption.ts';
import { patchName } from './patch-names.ts';

/**
 * What a patch shows: the photograph with the patch framed, and the caption with the words marked that are paired with it.
 * @param patch index among the 55
 * @throws KaleidoError for another index
 */
export function patchWordsSvg(product: AlignedPicture, patch: number, options: DrawingOptions = {}): string {
  requirePatch(patch);
  const [colour] = palette;
  const mark: CaptionMark = { kind: 'field', colour };
  const words = product.words.flatMap((word) => {
    const pair = patchesOf(product, word).find((one) => one.patch === patch);
    return pair === undefined ? [] : [{ word, weight: pair.weight }];
  });
  const place = photographPlace(product);
  const caption = drawnCaption(product, new Map(words.map(({ word }) => [word, mark])), place.y1 + 8);
  const name = patchName(patch);
  return drawing(
    {
      title: `What the patch at ${name} shows`,
      description: `${
        words.length === 0
          ? 'No word is paired with it.'
          : `${words.map(({ word, weight }) => `“${textOf(product, word)}” (${weight.toFixed(2)})`).join(', ')}.`
      } Caption: ${product.caption}`,
      height: caption.bottom,
    },
    options,
    [photograph(product, place), html`${frame(patchPlace(product, patch, place), colour, 2.5)}`, caption.content],
  );
}
