const letter = '[\\p{L}\\p{M}\\p{N}]';
const apostrophe = "['’]";
const before = `(?<=${letter})`;
const after = `(?=${letter})`;
/** What stands behind an apostrophe in the middle of a word: `women's`, `don't`, `they've`. */
const ending = `(?=(?:s|t|d|m|re|ve|ll)(?!${letter}))`;

const joints: readonly (readonly [pattern: RegExp, joined: string])[] = [
  [new RegExp(`${before} ([-‐‑/]) ${after}`, 'gu'), '$1'],
  [new RegExp(`${before} (${apostrophe}) ${ending}`, 'gu'), '$1'],
  // As in `d'orsay` and `o'neill`.
  [new RegExp(`(?<=(?<!${letter})[dlo]) (${apostrophe}) ${after}`, 'giu'), '$1'],
  // As in `ladies' coat`.
  [new RegExp(`(?<=s) (${apostrophe})(?= |$)`, 'gu'), '$1'],
  [new RegExp(`${before} ([:;])(?= |$)`, 'gu'), '$1'],
];

/**
 * Writes hyphens, slashes and apostrophes of a decoded text without blanks around them, as captions have them: `v - neck`
 * becomes `v-neck`, `women ' s` becomes `women's`. Colons and semicolons lose the blank before them.
 *
 * BERT's tokenizer cuts words at every sign and forgets where blanks were, so its `decode` writes blanks around all but
 * `. , ? !`. In captions of products nearly all of these signs stand inside words. A dash between blanks is joined too:
 * pieces do not tell it from a hyphen. The pieces of the text stay the same.
 */
export function joinSigns(text: string): string {
  return joints.reduce((joined, [pattern, sign]) => joined.replaceAll(pattern, sign), text);
}
