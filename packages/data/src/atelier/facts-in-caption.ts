import { colourNames, colours } from './colours.ts';
import { fabricNames, fabrics } from './fabrics.ts';
import { type Fact, featureFact, motifFact } from './facts.ts';
import { featureNames, featureValues, featureWords } from './features.ts';
import type { GarmentKind } from './garment-kind.ts';
import { garmentKinds, type SubcategoryName, subcategoryNames } from './garment-kinds.ts';
import { motifNames, motifNouns, motifPlace, motifs } from './motifs.ts';
import { patternNames, patterns, scaleWords } from './patterns.ts';
import { splitArticle } from './write-caption.ts';

/** What a phrase can mean. */
interface Meaning {
  /** Undefined for cloth and for the size of a pattern, which are no facts. */
  readonly fact?: Fact;
  /** Where the place of a phrase tells meanings apart: the size of a pattern stands before the pattern. */
  readonly role?: 'size' | 'patternNoun';
  /** Whether a kind of garment can be so. */
  readonly fits: (kind: GarmentKind) => boolean;
}

interface Phrase {
  /** As tokens, in lower case. */
  readonly words: readonly string[];
  readonly meanings: Meaning[];
}

/** A word, a number or a sign, in lower case. */
interface Token {
  readonly text: string;
  /** Whether it stands right after another token, without a blank. */
  readonly joined: boolean;
}

/** A phrase that the tokens `start..end - 1` are. */
interface FoundPhrase {
  readonly start: number;
  readonly end: number;
  readonly meanings: readonly Meaning[];
}

/**
 * The facts that a caption states, each once, in the order of the text. They are found by the words that the atelier
 * writes captions with, in capitals or not, with blanks around hyphens (as a tokenizer decodes them) or without. Only
 * whole phrases count, the longest that fit together: `a black sole` states no colour, and nor does `black-ish`.
 *
 * Of several meanings, a phrase has the one that the stated type can have: `side pockets` are slant pockets of trousers,
 * but not of a dress. Three stay open: `oversized` right before a pattern is taken for the size of the pattern,
 * `star print` for the pattern unless it is on the chest, and `hooded parka` for a parka that may have no hood.
 */
export function factsIn(caption: string): Fact[] {
  const found = phrasesIn(tokensOf(caption));
  const kinds = found.flatMap(({ meanings }) =>
    meanings.flatMap(({ fact }) => (fact?.aspect === 'type' ? [garmentKinds[fact.value as SubcategoryName]] : [])),
  );
  const facts = new Map<string, Fact>();
  for (const [index, { meanings }] of found.entries()) {
    const here = meanings.filter(({ role }) => role !== 'size' || isBeforePattern(found, index));
    const { fact } = here.find(({ fits }) => kinds.some(fits)) ?? here[0] ?? {};
    if (fact !== undefined) facts.set(`${fact.aspect} ${fact.value}`, fact);
  }
  return [...facts.values()];
}

/** A pattern that has a size. */
function isPrint({ fact }: Meaning): boolean {
  return fact?.aspect === 'pattern' && fact.value !== 'plain';
}

/** As in `oversized floral` and `oversized white stripes`, but not in `oversized white striped`. */
function isBeforePattern(found: readonly FoundPhrase[], index: number): boolean {
  const [phrase, next, afterNext] = found.slice(index, index + 3);
  if (phrase?.end !== next?.start || next === undefined) return false;
  if (next.meanings.some(isPrint)) return true;
  return (
    next.meanings.some(({ fact }) => fact?.aspect === 'colour') &&
    afterNext?.start === next.end &&
    afterNext.meanings.some(({ role }) => role === 'patternNoun')
  );
}

/** A way to read the tokens from some place on: a phrase and how to read what follows. */
interface Reading {
  /** Tokens in phrases: the more, the better. */
  readonly covered: number;
  /** Phrases: of as many tokens, the fewer the better. */
  readonly count: number;
  readonly phrase?: FoundPhrase;
  readonly rest?: Reading;
}

/** In the order of the text, without overlap. `roll-neck sweater dress` is a neck and a type, not a sweater. */
function phrasesIn(tokens: readonly Token[]): FoundPhrase[] {
  const phrases = allPhrases();
  const readings: Reading[] = [];
  readings[tokens.length] = { covered: 0, count: 0 };
  for (let start = tokens.length - 1; start >= 0; start--) {
    let best = readings[start + 1] as Reading;
    for (const { words, meanings } of phrases.get((tokens[start] as Token).text) ?? []) {
      const end = start + words.length;
      if (!words.every((word, at) => tokens[start + at]?.text === word) || !isWhole(tokens, start, end)) continue;
      const rest = readings[end] as Reading;
      const [covered, count] = [rest.covered + words.length, rest.count + 1];
      if (covered > best.covered || (covered === best.covered && count <= best.count))
        best = { covered, count, phrase: { start, end, meanings }, rest };
    }
    readings[start] = best;
  }
  const found: FoundPhrase[] = [];
  for (let reading = readings[0]; reading?.phrase !== undefined; reading = reading.rest) found.push(reading.phrase);
  return found;
}

/** Whether no hyphen binds the tokens to a word before or after them. */
function isWhole(tokens: readonly Token[], start: number, end: number): boolean {
  const binds = (hyphen: number): boolean =>
    tokens[hyphen]?.text === '-' && (tokens[hyphen]?.joined ?? false) && (tokens[hyphen + 1]?.joined ?? false);
  return !binds(start - 1) && !binds(end);
}

function tokensOf(text: string): Token[] {
  let end = -1;
  return Array.from(text.toLowerCase().matchAll(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu), (match) => {
    const joined = match.index === end;
    end = match.index + match[0].length;
    return { text: match[0], joined };
  });
}

let phrasesByWord: ReadonlyMap<string, readonly Phrase[]> | undefined;

/** All phrases by their first word. Made once, at the first call. */
function allPhrases(): ReadonlyMap<string, readonly Phrase[]> {
  phrasesByWord ??= makePhrases();
  return phrasesByWord;
}

function makePhrases(): ReadonlyMap<string, readonly Phrase[]> {
  const phrases = new Map<string, Phrase>();
  const add = (texts: readonly string[], meaning: Meaning): void => {
    for (const text of texts) {
      const words = tokensOf(splitArticle(text)[1]).map((token) => token.text);
      const phrase = phrases.get(words.join(' ')) ?? { words, meanings: [] };
      phrases.set(words.join(' '), phrase);
      phrase.meanings.push(meaning);
    }
  };
  const always = (): boolean => true;
  for (const name of colourNames) add(colours[name].words, { fact: { aspect: 'colour', value: name }, fits: always });
  for (const name of subcategoryNames)
    add(garmentKinds[name].words, { fact: { aspect: 'type', value: name }, fits: always });
  for (const name of fabricNames) add(fabrics[name].words, { fits: always });
  for (const words of Object.values(scaleWords))
    add(words, { role: 'size', fits: (kind) => kind.patterns.some((pattern) => pattern !== 'plain') });
  for (const name of patternNames) {
    const { adjectives, nouns } = patterns[name];
    const pattern: Meaning = {
      fact: { aspect: 'pattern', value: name },
      fits: (kind) => kind.patterns.includes(name),
    };
    add(adjectives, pattern);
    add(nouns, { ...pattern, role: 'patternNoun' });
  }
  for (const name of featureNames)
    for (const value of featureValues(name)) {
      const { nouns, adjectives = [] } = featureWords(name, value) ?? { nouns: [] };
      add([...nouns, ...adjectives], {
        fact: featureFact(name, value),
        fits: (kind) => (kind.choices[name] as readonly string[] | undefined)?.includes(value) ?? false,
      });
    }
  for (const name of motifNames) {
    const prints = motifs[name].words.flatMap((word) => motifNouns.map((noun) => `${word} ${noun}`));
    add([...prints, ...prints.map((print) => `${print} ${motifPlace}`)], {
      fact: motifFact(name),
      fits: ({ motifs: share = 0 }) => share > 0,
    });
  }
  const byWord = new Map<string, Phrase[]>();
  for (const phrase of phrases.values()) {
    const first = phrase.words[0] as string;
    const others = byWord.get(first) ?? [];
    byWord.set(first, others);
    others.push(phrase);
  }
  return byWord;
}
