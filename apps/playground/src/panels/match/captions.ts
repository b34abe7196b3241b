import type { GalleryItem } from '../../state/gallery.ts';
import { dot } from './dot.ts';

/** Captions that are compared at once. */
export const fewestCaptions = 3;
export const mostCaptions = 6;

/** The other captions in the address: one a line. Undefined if there are none. */
export function parseOthers(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const others = text.split('\n').slice(0, mostCaptions - 1);
  while (others.length < fewestCaptions - 1) others.push('');
  return others;
}

export function formatOthers(others: readonly string[]): string {
  return others.map(oneLine).join('\n');
}

/** A caption as one line. */
export function oneLine(caption: string): string {
  return caption.replace(/\s*[\r\n]+\s*/g, ' ');
}

/**
 * Captions to begin with beside the product's own: the two of the gallery that are nearest to it, which are hard to tell
 * apart from it, and the farthest one.
 * @param id of a gallery item; for any other, the first captions
 */
export function suggestedOthers(id: string, items: readonly GalleryItem[]): string[] {
  const own = items.find((item) => item.id === id);
  const others = items.filter((item) => item !== own);
  if (own === undefined) return padded(others.slice(0, 3));
  const ranked = others
    .map((item) => ({ item, score: dot(own.captionVector, item.captionVector) }))
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
  return padded(ranked.length <= 3 ? ranked : [...ranked.slice(0, 2), ...ranked.slice(-1)]);
}

function padded(items: readonly GalleryItem[]): string[] {
  const captions = items.map(({ caption }) => caption);
  while (captions.length < fewestCaptions - 1) captions.push('');
  return captions;
}
