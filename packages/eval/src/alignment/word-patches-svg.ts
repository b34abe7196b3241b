import { KaleidoError } from '@kaleido/foundation';
import { levelByName } from '@kaleido/layout';
import { html } from '../report/html.ts';
import { type AlignedPicture, patchesOf, textOf } from './aligned-picture.ts';
import {
  type DrawingOptions,
  drawing,
  frame,
  palette,
  patchPlace,
  photograph,
  photographPlace,
  sides,
} from './drawing.ts';
import { drawnCaption } from './drawn-caption.ts';
import { patchName } from './patch-names.ts';

/**
 * Where a word shows: the photograph with the word's patches of level 5, the heavier the darker, and the caption with the
 * word marked. The heaviest patch has a broader frame.
 * @param word index among the product's words
 * @throws KaleidoError for a word that the caption does not have
 */
export function wordPatchesSvg(product: AlignedPicture, word: number, options: DrawingOptions = {}): string {
  const placed = product.words[word];
  if (placed === undefined)
    throw new KaleidoError({
      source: 'eval',
      problem: 'the caption has no such word',
      found: word,
      advice: `give the index of a word, 0 to ${product.words.length - 1}`,
    });
  const found = patchesOf(product, placed).filter(({ patch }) => patch >= levelByName.blank.start);
  const [heaviest] = found;
  const [colour] = palette;
  const place = photographPlace(product);
  const shades = found.map(({ patch, weight }) => {
    const opacity = (0.2 + 0.45 * (weight / (heaviest?.weight ?? 1))).toFixed(2);
    return html`<rect ${sides(patchPlace(product, patch, place))} fill="${colour}" fill-opacity="${opacity}"><title>${patchName(patch)}: ${weight.toFixed(2)}</title></rect>`;
  });
  const caption = drawnCaption(product, new Map([[placed, { kind: 'field', colour }]]), place.y1 + 8);
  const text = textOf(product, placed);
  return drawing(
    {
      title: `Where “${text}” shows`,
      description: `${
        found.length === 0
          ? 'No patch of level 5.'
          : `${found.map(({ patch, weight }) => `${patchName(patch)} (${weight.toFixed(2)})`).join('; ')}.`
      } Caption: ${product.caption}`,
      height: caption.bottom,
    },
    options,
    [
      photograph(product, place),
      ...shades,
      ...found.map((one) => frame(patchPlace(product, one.patch, place), colour, one === heaviest ? 2.5 : 1)),
      caption.content,
    ],
  );
}
