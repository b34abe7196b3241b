import { type Html, html } from '../report/html.ts';
import type { AlignedPicture } from './aligned-picture.ts';
import type { Rectangle } from './alignment-figures.ts';

export interface DrawingOptions {
  /**
   * Colour of the text. Default: `currentColor`, the colour of the text around a drawing that stands in a page. A drawing
   * that is shown as a file has none around it: choose one that its background suits.
   */
  readonly ink?: string;
}

/** Units; a drawing is meant to be shown in 200 to 300 pixels. */
export const drawingWidth = 280;

/** Tallest photograph: narrower ones are as wide as their height allows. */
const mostHeight = 340;

/**
 * Colours that can be told apart, also on black and on white, with white text on them (contrasts of 4.5 and more with
 * white, 3 and more with black).
 */
export const palette = [
  '#b3431e', // rust
  '#2867c4', // blue
  '#19753f', // green
  '#b22a86', // magenta
  '#0f7484', // teal
  '#7b4fc9', // violet
  '#766a00', // olive
  '#c22b45', // red
] as const;

/** The SVG of a drawing, with its name and a description in words. */
export function drawing(
  { title, description, height }: { readonly title: string; readonly description: string; readonly height: number },
  { ink = 'currentColor' }: DrawingOptions,
  content: readonly Html[],
): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${drawingWidth} ${round(height)}" width="${drawingWidth}" height="${round(height)}" role="img" color="${xmlText(ink)}" fill="currentColor" font-family="ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"><title>${xmlText(title)}</title><desc>${xmlText(description)}</desc>${content}</svg>`
    .markup;
}

/** Where the photograph is in the drawing, in units. */
export type Place = Rectangle;

/** The photograph's place below `y0`, in the middle of a column. */
export function photographPlace(
  { width, height }: Pick<AlignedPicture, 'width' | 'height'>,
  {
    x0 = 0,
    y0 = 0,
    column = drawingWidth,
  }: { readonly x0?: number; readonly y0?: number; readonly column?: number } = {},
): Place {
  const scale = Math.min(column / width, mostHeight / height);
  const left = x0 + (column - width * scale) / 2;
  return { x0: left, x1: left + width * scale, y0, y1: y0 + height * scale };
}

export function photograph({ picture }: Pick<AlignedPicture, 'picture'>, place: Place, id?: string): Html {
  return html`<image${id !== undefined && html` id="${id}"`} href="${xmlText(picture)}" ${sides(place)} preserveAspectRatio="none"/>`;
}

/** A patch's rectangle in the drawing. What lies past the photograph is cut off. */
export function patchPlace({ patches }: Pick<AlignedPicture, 'patches'>, patch: number, place: Place): Place {
  const { x0, x1, y0, y1 } = patches[patch] as Rectangle;
  const inside = (share: number, from: number, to: number): number =>
    from + Math.min(1, Math.max(0, share)) * (to - from);
  return {
    x0: inside(x0, place.x0, place.x1),
    x1: inside(x1, place.x0, place.x1),
    y0: inside(y0, place.y0, place.y1),
    y1: inside(y1, place.y0, place.y1),
  };
}

/** A frame that can be seen on any photograph: a coloured line between white ones. */
export function frame(place: Place, colour: string, line = 2): Html {
  const within = inset(place, line / 2 + 0.5);
  return html`<rect ${sides(within)} fill="none" stroke="#fff" stroke-width="${1.75 * line}"/><rect ${sides(within)} fill="none" stroke="${colour}" stroke-width="${line}"/>`;
}

/** The attributes of a rectangle. */
export function sides({ x0, x1, y0, y1 }: Place): Html {
  return html`x="${round(x0)}" y="${round(y0)}" width="${round(Math.max(0, x1 - x0))}" height="${round(Math.max(0, y1 - y0))}"`;
}

function inset({ x0, x1, y0, y1 }: Place, by: number): Place {
  return { x0: x0 + by, x1: x1 - by, y0: y0 + by, y1: y1 - by };
}

/** Text without the characters that no XML may hold, escaped or not. */
export function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
