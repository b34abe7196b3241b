/** What stands for a word that the model is to fill in. */
export const mask = '[MASK]';

/** A part of a text: a word, a mask, or what is between. */
export interface TextPart {
  readonly kind: 'word' | 'mask' | 'between';
  readonly text: string;
  /** Its characters `from` to `to` - 1. */
  readonly from: number;
  readonly to: number;
}

const parts = /(\[MASK\])|([\p{L}\p{M}\p{N}]+)|((?:(?!\[MASK\])[^\p{L}\p{M}\p{N}])+)/gu;

/** Cuts a text where the model's tokenizer cuts words: at blanks and signs. */
export function textParts(text: string): TextPart[] {
  return Array.from(text.matchAll(parts), ({ 0: found, 1: masked, 2: word, index }) => ({
    kind: masked !== undefined ? 'mask' : word !== undefined ? 'word' : 'between',
    text: found,
    from: index,
    to: index + found.length,
  }));
}

/** The text with one of its words masked. */
export function maskPart(text: string, { from, to }: TextPart): string {
  return text.slice(0, from) + mask + text.slice(to);
}

/**
 * The text with a piece in place of a mask.
 * @param index of the mask among the masks
 * @param piece one that continues a word, `##s` say, is joined to the word before
 */
export function putPiece(text: string, index: number, piece: string): string {
  const masked = textParts(text).filter(({ kind }) => kind === 'mask')[index];
  if (masked === undefined) return text;
  const before = text.slice(0, masked.from);
  const after = text.slice(masked.to);
  return piece.startsWith('##') ? before.trimEnd() + piece.slice(2) + after : before + piece + after;
}

/** Asked where a product has no caption. */
export const exampleText = 'a [MASK] dress with a [MASK] collar';

/**
 * A text to begin with: the caption without the first word that tells what is seen.
 * @param telling words that tell it, the best first: the product's colour and kind
 */
export function suggestText(caption: string, telling: readonly string[]): string {
  const words = textParts(caption).filter(({ kind }) => kind === 'word');
  for (const text of telling) {
    const found = words.find((word) => word.text.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return maskPart(caption, found);
  }
  // Where a caption ends without a full stop, the model would name the stop in the place of the last word.
  const [longest] = (words.length > 1 ? words.slice(0, -1) : words).toSorted((a, b) => b.text.length - a.text.length);
  return longest === undefined ? exampleText : maskPart(caption, longest);
}

/** Whether a text is a caption in which words were masked, and nothing else. */
export function isMaskedFrom(text: string, caption: string): boolean {
  const [own, original] = [textParts(text), textParts(caption)];
  return (
    own.length === original.length &&
    own.every(({ kind, text: part }, at) => kind === 'mask' || part === original[at]?.text)
  );
}
