import { decodeHTML } from 'entities';
import { windows1252Bytes } from './windows-1252.ts';

/** Which changes are made to captions; labels are changed alike, but never cut. */
export interface CleaningOptions {
  /** Tags and comments of HTML are removed; those that end a line become a space. Default: true. */
  readonly html?: boolean;
  /** `&amp;` and `&eacute;` become letters, twice where they were written twice. Default: true. */
  readonly entities?: boolean;
  /**
   * UTF-8 that was read as Windows-1252 is repaired: `cafÃ©` is `café`. Default: false, for it is a guess: a text may
   * be about these very letters.
   */
  readonly mojibake?: boolean;
  /** Runs of white space and control characters become one space. Default: true. */
  readonly whiteSpace?: boolean;
  /**
   * Longer captions are cut after the last sentence that fits, or else after the last word. In characters; 0 cuts
   * nothing. Default: 600, more than the 64 word pieces that a caption has at most.
   */
  readonly longest?: number;
}

export const defaultCleaning: Required<CleaningOptions> = {
  html: true,
  entities: true,
  mojibake: false,
  whiteSpace: true,
  longest: 600,
};

/** Nothing is changed: for data that is read as it is. */
export const noCleaning: Required<CleaningOptions> = {
  html: false,
  entities: false,
  mojibake: false,
  whiteSpace: false,
  longest: 0,
};

/** A cleaned caption; may be empty if nothing but tags was there. */
export function cleanText(text: string, options: CleaningOptions = {}): string {
  const { html, entities, mojibake, whiteSpace, longest } = { ...defaultCleaning, ...options };
  let clean = text;
  if (mojibake) clean = repairMojibake(clean);
  if (html) clean = withoutTags(clean);
  // Once more for `&amp;eacute;`, which shops export when they escape twice.
  if (entities) for (let time = 0; time < 2 && clean.includes('&'); time++) clean = decodeHTML(clean);
  if (html) clean = withoutTags(clean);
  if (whiteSpace) clean = clean.replaceAll(/[\s\p{Cc}\u200b\ufeff]+/gu, ' ').trim();
  return longest > 0 ? cutAtSentence(clean, longest) : clean;
}

/** Tags that end a line. */
const breaking: ReadonlySet<string> = new Set(
  'p div br hr li ul ol tr td th table h1 h2 h3 h4 h5 h6 section article blockquote'.split(' '),
);
/** Longer ones are text: so hostile text costs little. */
const longestTag = 2000;

/** A tag begins with a letter or a slash: `size < 40` is none. Script and style go with their contents. */
function withoutTags(text: string): string {
  let clean = '';
  let at = 0;
  let close = -1;
  // Ends that are searched in vain once are not searched again.
  const missing = new Set<string>();
  const find = (end: string, from: number): number => {
    if (missing.has(end)) return -1;
    const pattern = new RegExp(end, 'gi');
    pattern.lastIndex = from;
    const found = pattern.exec(text)?.index ?? -1;
    if (found < 0) missing.add(end);
    return found;
  };
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', at)) {
    clean += text.slice(at, open);
    const head = text.slice(open, open + 24);
    const name = /^<\/?([a-z][a-z0-9]{0,15})/i.exec(head)?.[1]?.toLowerCase();
    const isContent = (name === 'script' || name === 'style') && head[1] !== '/';
    const comment = head.startsWith('<!--') ? find('-->', open + 4) : -1;
    const content = isContent ? find(`</${name}`, open) : -1;
    if (close < open) close = text.indexOf('>', open);
    if (close < 0) close = text.length;
    const isTag = name !== undefined && close < text.length && close - open < longestTag;
    const next = isTag ? text.indexOf('<', open + 1) : -1;
    if (comment >= 0) [clean, at] = [`${clean} `, comment + 3];
    else if (content >= 0) [clean, at] = [`${clean} `, content];
    else if (isTag && (next < 0 || close < next)) {
      clean += breaking.has(name) ? ' ' : '';
      at = close + 1;
    } else [clean, at] = [`${clean}<`, open + 1];
  }
  return clean + text.slice(at);
}

/** Whether a text probably has mojibake. */
export function looksLikeMojibake(text: string): boolean {
  return repairMojibake(text) !== text;
}

/** Letters that Windows-1252 shows for the bytes of a UTF-8 character of two to four bytes. */
const runs =
  /[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{1,3}/g;

function repairMojibake(text: string): string {
  return text.replaceAll(runs, (run) => {
    const bytes = Uint8Array.from(run, (letter) => windows1252Bytes.get(letter) ?? 0);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return run;
    }
  });
}

function cutAtSentence(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = text.slice(0, longest + 1);
  const ends = [...head.matchAll(/[.!?](?=\s)|[。！？]/g)].map(({ index }) => index).filter((index) => index < longest);
  const end = ends.at(-1);
  if (end !== undefined && end > 0) return head.slice(0, end + 1);
  const space = head.search(/\s\S*$/);
  const words = head.slice(0, Math.max(0, space)).trimEnd();
  if (words !== '') return words;
  // Half of a pair is no character.
  const isPair = /[\ud800-\udbff]/.test(head[longest - 1] as string) && /[\udc00-\udfff]/.test(head[longest] as string);
  return head.slice(0, isPair ? longest - 1 : longest);
}
