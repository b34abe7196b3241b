import { levelByName } from '@kaleido/layout';
import { type Html, html, trustedMarkup } from '../report/html.ts';
import { type AlignedPicture, type PlacedWord, patchesOf, requirePatch, textOf } from './aligned-picture.ts';
import {
  type DrawingOptions,
  drawing,
  drawingWidth,
  frame,
  type Place,
  palette,
  patchPlace,
  photograph,
  photographPlace,
  round,
  sides,
  xmlText,
} from './drawing.ts';
import { type CaptionMark, drawnCaption } from './drawn-caption.ts';
import { patchName } from './patch-names.ts';

/** One draw of what is hidden of a product. */
export interface HiddenParts {
  /** Masked pieces: indices among the caption's ids. */
  readonly pieces: readonly number[];
  /** Hidden patches, as indices among the 55: camouflaged at level 3, greyed at level 4, blanked at level 5. */
  readonly patches: readonly number[];
  /** What stands in the place of the camouflaged patches: the address of a picture. Omitted: a question mark. */
  readonly intruder?: string;
}

const [tellsOfWord, tellsOfPatch] = palette;
const gap = 6;
const column = (drawingWidth - 2 * gap) / 3;

/** The levels of which patches are hidden, as they are called below them. */
const hiddenLevels = [
  [levelByName.camouflage, 'camouflaged'],
  [levelByName.grey, 'greyed'],
  [levelByName.blank, 'blanked'],
] as const;

/**
 * What guided masking hides: the photograph at levels 3, 4 and 5 as the model sees it, and the caption. Of each pair one
 * side is hidden and the other must tell of it: a word on a field is masked, and its patches have frames of the field's
 * colour; a patch in the other colour is hidden, and its words are underlined in that.
 * @throws KaleidoError for a hidden patch that is not 0 to 54
 */
export function guidedMaskingSvg(product: AlignedPicture, hidden: HiddenParts, options: DrawingOptions = {}): string {
  for (const patch of hidden.patches) requirePatch(patch);
  const masked = product.words.filter(({ start, end }) => hidden.pieces.some((piece) => piece >= start && piece < end));
  const telling = product.words.filter(
    (word) => !masked.includes(word) && patchesOf(product, word).some(({ patch }) => hidden.patches.includes(patch)),
  );
  const patchesThatTell = new Set(
    masked
      .flatMap((word) => patchesOf(product, word).map(({ patch }) => patch))
      .filter((patch) => !hidden.patches.includes(patch)),
  );
  // All three show one picture, which may be long: it stands in the drawing once. Equal pictures have equal names.
  const id = `photograph-${hashOf(product.picture)}`;
  const first = photographPlace(product, { column });
  const tiles = hiddenLevels.map(([level, name], at) => {
    const place = photographPlace(product, { x0: at * (column + gap), column });
    const within = (patch: number): boolean => patch >= level.start && patch < level.start + level.patches;
    const at55 = (patch: number): Place => patchPlace(product, patch, place);
    const own = hidden.patches.filter(within);
    return html`${
      at === 0 ? photograph(product, place, id) : html`<use href="#${id}" x="${round(place.x0 - first.x0)}"/>`
    }${own.map((patch) => cover(at55(patch), level, hidden.intruder))}${[...patchesThatTell]
      .filter(within)
      .map((patch) => frame(at55(patch), tellsOfWord, 1.25))}${own.map((patch) =>
      frame(at55(patch), tellsOfPatch, 1.25),
    )}<text x="${round(at * (column + gap) + column / 2)}" y="${round(place.y1 + 15)}" font-size="13" text-anchor="middle">${name}</text>`;
  });
  const mark = (kind: CaptionMark['kind'], colour: string) => (word: PlacedWord) => [word, { kind, colour }] as const;
  const marks = new Map([...masked.map(mark('field', tellsOfWord)), ...telling.map(mark('underline', tellsOfPatch))]);
  const caption = drawnCaption(product, marks, first.y1 + 26);
  const names = (words: readonly PlacedWord[]): string =>
    words.map((word) => `“${textOf(product, word)}”`).join(', ') || 'none';
  return drawing(
    {
      title: 'What guided masking hides',
      description: `Masked words: ${names(masked)}. Hidden patches: ${hidden.patches.map(patchName).join('; ') || 'none'}. Words that tell of hidden patches: ${names(telling)}. Caption: ${product.caption}`,
      height: caption.bottom,
    },
    options,
    [...tiles, caption.content],
  );
}

/** What the model sees in the place of a hidden patch. */
function cover(place: Place, level: (typeof hiddenLevels)[number][0], intruder: string | undefined): Html {
  if (level === levelByName.grey) return html`<rect ${sides(place)} fill="#808080" style="mix-blend-mode:saturation"/>`;
  if (level === levelByName.blank) return html`<rect ${sides(place)} fill="#f2f3f4"/>${hatching(place)}`;
  if (intruder !== undefined)
    return html`<image href="${xmlText(intruder)}" ${sides(place)} preserveAspectRatio="none"/>`;
  return html`<rect ${sides(place)} fill="#f2f3f4"/><text x="${round((place.x0 + place.x1) / 2)}" y="${round((place.y0 + place.y1) / 2 + 6)}" font-size="18" text-anchor="middle" fill="#1b1d24">?</text>`;
}

/** Slanted lines across a rectangle: a pattern would need a name of its own. */
function hatching({ x0, x1, y0, y1 }: Place): Html {
  const [width, height] = [x1 - x0, y1 - y0];
  const lines: string[] = [];
  for (let at = 4; at < width + height; at += 4) {
    const from = [x0 + Math.min(at, width), y0 + Math.max(0, at - width)];
    const to = [x0 + Math.max(0, at - height), y0 + Math.min(at, height)];
    lines.push(`M${from.map(round).join(' ')}L${to.map(round).join(' ')}`);
  }
  return trustedMarkup(`<path d="${lines.join('')}" stroke="#b9bcc4" fill="none"/>`);
}

/** FNV-1a of 32 bits, in hexadecimal digits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
