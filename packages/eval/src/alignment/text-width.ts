/** Advance widths of Helvetica from space to tilde, in thousandths of the font size. */
const helvetica = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
] as const;

/** System fonts are up to a tenth wider. */
const wider = 1.06;

/**
 * About how wide a text is set in a sans-serif system font: nothing can be measured without a page. Drawings set their
 * words to exactly this width (`textLength`), so that a font that is wider or narrower changes letters, not the layout.
 */
export function textWidth(text: string, fontSize: number): number {
  let thousandths = 0;
  for (const character of text) {
    const latin = helvetica[character.charCodeAt(0) - 0x20];
    if (latin !== undefined) thousandths += latin;
    else if (/\p{M}|\p{Cf}/u.test(character)) continue;
    else thousandths += isWide(character.codePointAt(0) as number) ? 1000 : 600;
  }
  return (thousandths * wider * fontSize) / 1000;
}

/** Scripts of full-width characters, and pictures. */
function isWide(codePoint: number): boolean {
  return (
    (codePoint >= 0x1100 && codePoint < 0x11ff) || (codePoint >= 0x2e80 && codePoint < 0xa4d0) || codePoint >= 0xac00
  );
}
