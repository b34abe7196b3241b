import { levels } from '@kaleido/layout';
import { type Html, html } from '../report/html.ts';
import { type AlignedPicture, type PlacedWord, patchesOf, textOf } from './aligned-picture.ts';
import {
  type DrawingOptions,
  drawing,
  frame,
  type Place,
  palette,
  patchPlace,
  photograph,
  photographPlace,
  round,
} from './drawing.ts';
import { type CaptionMark, drawnCaption } from './drawn-caption.ts';
import { patchName } from './patch-names.ts';

export interface AlignmentSvgOptions extends DrawingOptions {
  /** The level whose patches are drawn: 3, 4 or 5. Default: 5. */
  readonly scale?: 3 | 4 | 5;
}

/**
 * All that was found in a photograph: each word that has pairs with its best patch, which has the same number and colour.
 * Words with one best patch share both.
 */
export function alignmentSvg(product: AlignedPicture, { scale = 5, ...options }: AlignmentSvgOptions = {}): string {
  const level = levels[scale - 1] as (typeof levels)[number];
  const wordsOfPatch = new Map<number, PlacedWord[]>();
  for (const word of product.words) {
    const best = patchesOf(product, word).find(
      ({ patch }) => patch >= level.start && patch < level.start + level.patches,
    );
    if (best === undefined) continue;
    wordsOfPatch.set(best.patch, [...(wordsOfPatch.get(best.patch) ?? []), word]);
  }
  const place = photographPlace(product);
  const marks = new Map<PlacedWord, CaptionMark>();
  const frames = [...wordsOfPatch].map(([patch, words], at) => {
    const colour = palette[at % palette.length] as string;
    const mark: CaptionMark = { kind: 'field', colour, label: String(at + 1) };
    for (const word of words) marks.set(word, mark);
    return numberedFrame(patchPlace(product, patch, place), colour, String(at + 1));
  });
  const caption = drawnCaption(product, marks, place.y1 + 8);
  const found = [...wordsOfPatch].map(
    ([patch, words], at) =>
      `${at + 1}: ${words.map((word) => `“${textOf(product, word)}”`).join(', ')} at ${patchName(patch)}`,
  );
  return drawing(
    {
      title: 'Words and the patches that show them',
      description: `${found.length === 0 ? 'No word has a patch' : found.join('; ')}. Caption: ${product.caption}`,
      height: caption.bottom,
    },
    options,
    [photograph(product, place), ...frames, caption.content],
  );
}

/** A frame with a number in its corner. */
function numberedFrame(place: Place, colour: string, number: string): Html {
  const width = 8 + 7 * number.length;
  const { x0: x, y0: y } = place;
  return html`${frame(place, colour, 2.5)}<rect x="${round(x + 0.75)}" y="${round(y + 0.75)}" width="${width}" height="16" fill="${colour}" stroke="#fff"/><text x="${round(x + 0.75 + width / 2)}" y="${round(y + 13)}" font-size="12" font-weight="700" text-anchor="middle" fill="#fff">${number}</text>`;
}
