/**
 * Penn Treebank tokens of a caption, lower-cased, as the usual scorers of captions cut them (Stanford CoreNLP 3.4.1 in
 * pycocoevalcap 1.2): contractions are split, quotes and brackets get their treebank names, characters that the
 * treebank does not know are dropped. Written from the reference's outputs (`golden-captions.test.ts`). Line breaks
 * count as blanks; the reference breaks the caption there and mixes up all later ones.
 *
 * The time is linear in the text's length.
 */
export function ptbTokens(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const { length, found } = longestAt(text, at);
    at += length;
    for (const token of found) tokens.push(token.toLowerCase());
  }
  return tokens;
}

/** The tokens that the scorers compare: without punctuation. */
export function captionTokens(text: string): string[] {
  return ptbTokens(text).filter((token) => !punctuation.has(token));
}

/** Removed by pycocoevalcap. Brackets are in its list in capitals, and so stay; so do runs such as `!!!` and `?!`. */
const punctuation = new Set(["''", "'", '``', '`', '.', '?', '!', ',', ':', '-', '--', '...', ';']);

/** A rule: what it matches at a place, and what tokens that becomes. */
interface Rule {
  readonly pattern: RegExp;
  /** Default: the match itself. */
  readonly tokens?: (match: string, text: string, end: number) => readonly string[];
  /** A shorter match that is taken instead. */
  readonly shorten?: (match: string, text: string, end: number) => string;
}

const letter = String.raw`[\p{L}\p{M}\u00ad]`;
const alphanumeric = String.raw`[\p{L}\p{M}\p{Nd}\u00ad]`;
const apostrophe = String.raw`['\u2019\u0092]`;
const number = String.raw`(?:\p{Nd}+(?:[.,:]\p{Nd}+)*|(?:[.,:]\p{Nd}+)+)`;

const rule = (pattern: string, tokens?: Rule['tokens'], flags = 'uy', shorten?: Rule['shorten']): Rule => ({
  pattern: new RegExp(pattern, flags),
  ...(tokens === undefined ? {} : { tokens }),
  ...(shorten === undefined ? {} : { shorten }),
});
const address = (pattern: string): Rule =>
  rule(pattern, undefined, 'uy', (match) => match.replace(/[.,!?;:-]{1,8}$/u, ''));
const as =
  (...tokens: readonly string[]) =>
  (): readonly string[] =>
    tokens;
const fixed = (match: string): readonly string[] => [match.replace(/[ \t]/g, '\u00a0').replace(/\u00ad/g, '')];

const brackets: Readonly<Record<string, string>> = {
  '(': '-lrb-',
  ')': '-rrb-',
  '[': '-lsb-',
  ']': '-rsb-',
  '{': '-lcb-',
  '}': '-rcb-',
};
const bracketsIn = (text: string): string => text.replace(/[()[\]{}]/g, (bracket) => brackets[bracket] as string);

/** Fractions that are one character. */
const fractions: Readonly<Record<string, string>> = {
  '¼': '1/4',
  '½': '1/2',
  '¾': '3/4',
  '⅓': '1/3',
  '⅔': '2/3',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
};

/** Words that end with a period of their own; before a capital and at the end the sentence's period is added. */
const abbreviations = [
  ...['jan', 'feb', 'mar', 'apr', 'jun', 'jul', 'aug', 'sep', 'sept', 'oct', 'nov', 'dec'],
  ...['mon', 'tue', 'tues', 'wed', 'thu', 'thurs', 'fri', 'inc', 'ltd', 'co', 'corp', 'cos', 'bros', 'assn', 'dept'],
  ...['est', 'plc', 'jr', 'sr', 'bldg', 'rd', 'ave', 'blvd'],
];
/** Titles and the like, which a name or a number follows: nothing is added. */
const titles = ['mr', 'mrs', 'ms', 'dr', 'st', 'prof', 'gen', 'sen', 'rev', 'messrs', 'vs', 'etc', 'ph\\.d', 'fig'];

const endsSentence = (text: string, end: number): boolean => /^(?:\s*$|\s+\p{Lu})/u.test(text.slice(end, end + 16));

/** In order of preference among matches of the same length. */
const rules: readonly Rule[] = [
  rule(String.raw`[\s\u200b\u2028\u2029\u0085]+`, as()),
  rule('&(?:nbsp|NBSP);', as()),
  rule('&amp;', as('&')),
  rule('&lt;', as('<')),
  rule('&gt;', as('>')),
  rule('&apos;', as("'")),
  rule('&quot;', (_, text, end) => [quoteBefore(text, end)]),
  rule('&#[0-9]{1,7};'),
  rule('</?[A-Za-z][A-Za-z0-9:._-]{0,60}(?:[ ]+[^<>\\r\\n]{0,300})?[ ]*/?>', fixed),
  address(String.raw`https?:\/\/[^\s"<>|()]+`),
  address(String.raw`www\.[^\s"<>|()]+`),
  rule(String.raw`[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,63})@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,10}`),
  address(
    String.raw`[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.(?:com|net|org|edu)(?:\/[^\s"<>|()]*)?(?!${alphanumeric})`,
  ),
  rule(`[@#][A-Za-z](?:${alphanumeric}|_)*`),
  rule(String.raw`\([0-9]{2,3}\)[ ]?[0-9]{3,4}[- ][0-9]{4}`, (match) => [bracketsIn(fixed(match)[0] as string)]),
  // Numbers
  rule('[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}'),
  rule(String.raw`(?:[0-9]{1,4}[- \u00a0])?[0-9]{1,4}\/[0-9]{1,4}`, fixed),
  rule('[¼½¾⅓⅔⅛⅜⅝⅞]', (match) => [fractions[match] as string]),
  rule(`[-+]?${number}`, fixed),
  rule(`(?<!${alphanumeric})${apostrophe}[0-9]{2}s?(?!${alphanumeric})`),
  rule(String.raw`[A-Z]*\$`),
  rule('[€\\u0080]', as('$')),
  rule('£', as('#')),
  rule('¢', as('cents')),
  rule('¥'),
  // Contractions come before words of the same length.
  rule(`(?:can)(?:not)(?!${alphanumeric})`, halves(3), 'iuy'),
  rule(`(?:gonna|wanna|gotta)(?!${alphanumeric})`, halves(3), 'iuy'),
  rule(`(?:lemme|gimme)(?!${alphanumeric})`, halves(3), 'iuy'),
  rule(`${apostrophe}(?:tis|twas)(?!${alphanumeric})`, halves(2), 'iuy'),
  rule(`[yY]${apostrophe}(?=${letter})`, (match) => [plainQuotes(match)]),
  rule(`n${apostrophe}t(?!${alphanumeric})`, (match) => [plainQuotes(match)], 'iuy'),
  rule(`${apostrophe}(?:s|m|d|re|ve|ll)(?!${alphanumeric})`, (match) => [plainQuotes(match)], 'iuy'),
  // Words
  rule(`${letter}${alphanumeric}*(?:[.!?]${letter}${alphanumeric}*)*`, fixed, 'uy', withoutN),
  rule(`${alphanumeric}+`, fixed),
  rule(`${alphanumeric}(?:${alphanumeric}|[.,](?=${alphanumeric}))*(?:[-_]${alphanumeric}+)+`, fixed),
  rule(`${alphanumeric}+(?:/${alphanumeric}+)+(?:-${alphanumeric}+)*`, fixed),
  rule(`[dDoOlL]${apostrophe}${letter}{2,}`, fixed),
  rule('[A-Z]+(?:(?:[+&]|&amp;)[A-Z]+)+', (match) => [match.replaceAll('&amp;', '&')]),
  // Abbreviations
  rule(String.raw`(?:[A-Za-z]\.){2,}`),
  rule(String.raw`[A-Z]\.(?=\s)`),
  rule(`(?:${titles.join('|')})\\.`, undefined, 'iuy'),
  rule(String.raw`[Nn]os?\.(?=\s?[0-9])`),
  rule(
    `(?:${abbreviations.join('|')})\\.`,
    (match, text, end) => (endsSentence(text, end) ? [match, '.'] : [match]),
    'iuy',
  ),
  // Punctuation
  rule(String.raw`[<>]?[:;=][-o*']?[()DPdpO\\{@|[\]](?!${alphanumeric})`, (match) => [bracketsIn(match)]),
  rule(String.raw`\.{3,5}|(?:\.[ \u00a0]){2,4}\.|…`, as('...')),
  rule('-{2,}', as('--')),
  rule('[\\u2013-\\u2015\\u0096\\u0097]|&(?:mdash|ndash|MD);', as('--')),
  rule('[?!]+'),
  rule('[()[\\]{}]', (match) => [bracketsIn(match)]),
  rule("''"),
  rule('``'),
  rule('[“«]', as('``')),
  rule('[”»]', as("''")),
  rule('[‘‹\\u201b]', as('`')),
  rule('›', as("'")),
  rule('"', (_, text, end) => [quoteBefore(text, end)]),
  rule(apostrophe, (_, text, end) => [/^[A-Za-z]\S/u.test(text.slice(end, end + 3)) ? '`' : "'"]),
  rule(String.raw`[-.,:;%&*/\\+=<>_|~^@#${'`'}„‚]`),
  // Symbols that the treebank's tokenizer knows; others are dropped.
  rule('[¡¦-¬®-¹º»¿×÷·]'),
  rule(
    '[\\u2016\\u2017\\u2020-\\u2023\\u2030-\\u2038\\u203b\\u203e-\\u2044\\u2070-\\u208e\\u2100-\\u2bff\\u3001-\\u3020\\u30fb]',
  ),
];

/** The longest match at a place; nothing but its length for a character that no rule knows. */
function longestAt(text: string, at: number): { readonly length: number; readonly found: readonly string[] } {
  let best: { readonly rule: Rule; readonly match: string } | undefined;
  for (const one of rules) {
    one.pattern.lastIndex = at;
    const match = one.pattern.exec(text)?.[0];
    if (match !== undefined && match.length > (best?.match.length ?? 0)) best = { rule: one, match };
  }
  if (best === undefined) return { length: String.fromCodePoint(text.codePointAt(at) as number).length, found: [] };
  const { tokens, shorten } = best.rule;
  const match = shorten?.(best.match, text, at + best.match.length) ?? best.match;
  return { length: match.length, found: tokens?.(match, text, at + match.length) ?? [match] };
}

/** `don` before `'t` is `do`. */
function withoutN(match: string, text: string, end: number): string {
  return match.length > 1 &&
    /n$/i.test(match) &&
    /^['\u2019\u0092]t(?![\p{L}\p{M}\p{Nd}])/iu.test(text.slice(end, end + 4))
    ? match.slice(0, -1)
    : match;
}

function halves(first: number): (match: string) => readonly string[] {
  return (match) => [plainQuotes(match.slice(0, first)), match.slice(first)];
}

function plainQuotes(text: string): string {
  return text.replace(/[\u2019\u0092]/g, "'");
}

/** An opening quote if a letter, a digit or a dollar sign follows. */
function quoteBefore(text: string, next: number): string {
  return /^[A-Za-z0-9$]/.test(text.charAt(next)) ? '``' : "''";
}
