import { type Html, html } from '../report/html.ts';
import type { AlignedPicture, PlacedWord } from './aligned-picture.ts';
import { drawingWidth, round, xmlText } from './drawing.ts';
import { textWidth } from './text-width.ts';

/** How a word is marked: on a field of a colour, or by a line below it. Words of one phrase share one mark. */
export interface CaptionMark {
  readonly kind: 'field' | 'underline';
  readonly colour: string;
  /** A short sign after the words, the same as in the patch that they belong to. */
  readonly label?: string;
}

const fontSize = 15;
const labelSize = 11;
const lineHeight = 25;
const corner = 3;
const padding = 3.5;
const gap = 4.5;

/** Text without a space in it, marked as a whole or not at all. */
interface Segment {
  readonly text: string;
  readonly mark?: CaptionMark | undefined;
  /** The next segment begins after a space. */
  readonly spaced: boolean;
}

/** A caption in lines of the drawing's width, from `top` down. */
export function drawnCaption(
  product: Pick<AlignedPicture, 'caption' | 'words'>,
  marks: ReadonlyMap<PlacedWord, CaptionMark>,
  top: number,
): { readonly content: Html; readonly bottom: number } {
  const segments = fitting(segmentsOf(product, marks));
  let x = 0;
  let y = top;
  const places = segments.map((segment, at) => {
    const width = widthOf(segment, segments[at + 1]);
    // A line breaks at spaces, and where what has none is wider than a line.
    const breaks = segments[at - 1]?.spaced ? x + chunkWidth(segments, at) > drawingWidth : x + width > drawingWidth;
    if (x > 0 && breaks) {
      x = 0;
      y += lineHeight;
    }
    const place = { x, y };
    // Fields of a phrase touch: the room within them is as wide as a space.
    x += width + (segment.spaced && !touches(segment, segments[at + 1]) ? gap : 0);
    return place;
  });
  const content = segments.map((segment, at) => {
    const [place, next] = [places[at] as Point, places[at + 1]];
    return drawn(segment, place, segments[at + 1], next?.y === place.y);
  });
  return { content: html`${content}`, bottom: segments.length === 0 ? top : y + lineHeight };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function segmentsOf(
  { caption, words }: Pick<AlignedPicture, 'caption' | 'words'>,
  marks: ReadonlyMap<PlacedWord, CaptionMark>,
): Segment[] {
  const marked: { from: number; to: number; readonly mark: CaptionMark }[] = [];
  for (const word of words) {
    const mark = marks.get(word);
    const last = marked.at(-1);
    if (mark === undefined || word.to <= word.from || word.from < (last?.to ?? 0)) continue;
    // `t-shirt` is three words of one mark: one field.
    if (last?.mark === mark && /^[-'\u2019\u2010\u2011]?$/.test(caption.slice(last.to, word.from))) last.to = word.to;
    else marked.push({ from: word.from, to: word.to, mark });
  }
  const segments: Segment[] = [];
  let done = 0;
  const plain = (to: number): void => {
    for (const [, text = '', space = ''] of caption.slice(done, to).matchAll(/(\S*)(\s*)/g))
      if (text !== '') segments.push({ text, spaced: space !== '' });
      else if (space !== '' && segments.length > 0) segments.push({ ...(segments.pop() as Segment), spaced: true });
  };
  for (const { from, to, mark } of marked) {
    plain(from);
    segments.push({ text: caption.slice(from, to), mark, spaced: false });
    done = to;
  }
  plain(caption.length);
  return segments.map(({ text, ...segment }) => ({ ...segment, text: xmlText(text).replace(/\s/g, ' ') }));
}

/** Segments that fit into a line: longer ones are cut. */
function fitting(segments: readonly Segment[]): Segment[] {
  const most = drawingWidth - 2 * padding - textWidth('00', labelSize) - 2;
  return segments.flatMap((segment) => {
    if (textWidth(segment.text, fontSize) <= most) return [segment];
    const parts = [''];
    for (const character of segment.text) {
      const last = parts.length - 1;
      if (textWidth(`${parts[last]}${character}`, fontSize) > most && parts[last] !== '') parts.push(character);
      else parts[last] += character;
    }
    return parts.map((text, at) => ({ ...segment, text, spaced: at === parts.length - 1 && segment.spaced }));
  });
}

/** The width from a segment to the next space. */
function chunkWidth(segments: readonly Segment[], from: number): number {
  let width = 0;
  for (let at = from; at < segments.length; at++) {
    const segment = segments[at] as Segment;
    width += widthOf(segment, segments[at + 1]);
    if (segment.spaced) break;
  }
  return width;
}

function widthOf(segment: Segment, next: Segment | undefined): number {
  const label = labelOf(segment, next);
  return (
    textWidth(segment.text, fontSize) +
    (segment.mark?.kind === 'field' ? 2 * padding : 0) +
    (label === undefined ? 0 : textWidth(label, labelSize) + 2)
  );
}

/** Whether two fields are of one phrase. */
function touches({ mark }: Segment, next: Segment | undefined): boolean {
  return mark?.kind === 'field' && next?.mark === mark;
}

/** Only the last word of a phrase has the sign. */
function labelOf({ mark }: Segment, next: Segment | undefined): string | undefined {
  return mark === undefined || next?.mark === mark ? undefined : mark.label;
}

function drawn(segment: Segment, { x, y }: Point, next: Segment | undefined, goesOn: boolean): Html {
  const { text, mark } = segment;
  const width = textWidth(text, fontSize);
  const base = y + 17;
  const at = (left: number, size: number, content: string, wide: number, attributes: Html | false): Html =>
    html`<text x="${round(left)}" y="${round(base)}" font-size="${size}" textLength="${round(wide)}" lengthAdjust="spacingAndGlyphs"${attributes}>${content}</text>`;
  if (mark === undefined) return at(x, fontSize, text, width, false);
  const label = labelOf(segment, next);
  const whole = widthOf(segment, next);
  if (mark.kind === 'underline')
    return html`${at(x, fontSize, text, width, false)}<rect x="${round(x)}" y="${round(base + 3)}" width="${round(whole)}" height="2.5" fill="${mark.colour}"/>`;
  // A field goes on under the round corners of the next word of its phrase.
  const field = whole + (goesOn && touches(segment, next) ? corner : 0);
  const white = html` fill="#fff"`;
  return html`<rect x="${round(x)}" y="${round(y + 1.5)}" width="${round(field)}" height="21" rx="${corner}" fill="${mark.colour}"/>${at(x + padding, fontSize, text, width, white)}${
    label !== undefined &&
    at(x + padding + width + 2, labelSize, label, textWidth(label, labelSize), html` fill="#fff" font-weight="700"`)
  }`;
}
