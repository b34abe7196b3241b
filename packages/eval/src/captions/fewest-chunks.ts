/** A word of a caption: exact matching compares the words, stem matching their stems. Equal words have equal stems. */
export interface StemmedWord {
  readonly word: string;
  readonly stem: string;
}

/** Words of two captions that match, each with at most one of the other caption. */
export interface MatchedWords {
  /** Pairs of equal words: as many as there can be. */
  readonly exact: number;
  /** Pairs of other words with equal stems: as many as there can be beside them. */
  readonly stem: number;
  /** Runs of pairs that are together and in the same order in both captions. */
  readonly chunks: number;
}

/** Alignments that are followed at once, as many as in METEOR 1.5. */
const beamWidth = 40;

/** One thing that a candidate word can do. */
interface Option {
  /** The place of the reference word that it takes; -1: none. */
  readonly place: number;
  /** Quotas of which it uses one each. */
  readonly uses: readonly number[];
}

interface Possibilities {
  readonly exact: number;
  readonly stem: number;
  /** By candidate word, one or more. */
  readonly options: readonly (readonly Option[])[];
  /** How often each quota can be used. */
  readonly quotas: readonly number[];
}

/** An alignment of the candidate's first words. */
interface Path {
  /** What is left of each quota. */
  readonly left: Uint16Array;
  /** The place in the reference that continues the last chunk; -1 after a word that takes none. */
  readonly next: number;
  readonly chunks: number;
  readonly pairs: number;
}

/** A path, and what the next word does. */
interface Step {
  readonly path: Path;
  readonly option: Option;
  readonly chunks: number;
  readonly pairs: number;
}

/**
 * Aligns two captions as METEOR does: of the alignments with most pairs of equal words, and beside them most pairs of
 * equal stems, one with few chunks. The fewest are hard to find where words repeat (minimum common string partition):
 * a beam of 40 alignments goes from left to right. METEOR 1.5 prefers those with more pairs so far; fewer chunks first,
 * then more pairs, finds fewer chunks. Where no stem occurs twice in a caption, there is one alignment only.
 */
export function fewestChunks(candidate: readonly StemmedWord[], reference: readonly StemmedWord[]): MatchedWords {
  const { exact, stem, options, quotas } = possibilitiesOf(candidate, reference);
  let paths: Path[] = [{ left: Uint16Array.from(quotas), next: -1, chunks: 0, pairs: 0 }];
  for (const choices of options) {
    const steps = paths.flatMap((path) => stepsOf(path, choices));
    paths = bestOf(steps.sort((a, b) => a.chunks - b.chunks || b.pairs - a.pairs));
  }
  return { exact, stem, chunks: (paths[0] as Path).chunks };
}

function stepsOf(path: Path, options: readonly Option[]): Step[] {
  const { left, next, chunks, pairs } = path;
  return options
    .filter(({ uses }) => uses.every((quota) => (left[quota] as number) > 0))
    .map((option) =>
      option.place < 0
        ? { path, option, chunks, pairs }
        : { path, option, chunks: option.place === next ? chunks : chunks + 1, pairs: pairs + 1 },
    );
}

/** The paths of the first steps, without those that can only go on as a better one can. */
function bestOf(steps: readonly Step[]): Path[] {
  const paths: Path[] = [];
  const known = new Set<string>();
  for (const { path, option, chunks, pairs } of steps) {
    const left = path.left.slice();
    for (const quota of option.uses) left[quota] = (left[quota] as number) - 1;
    const next = option.place < 0 ? -1 : option.place + 1;
    const key = String.fromCharCode(next + 1, ...left);
    if (known.has(key)) continue;
    known.add(key);
    if (paths.push({ left, next, chunks, pairs }) === beamWidth) break;
  }
  return paths;
}

/** What each candidate word can do. The quotas see to it that a whole path has as many pairs as there can be. */
function possibilitiesOf(candidate: readonly StemmedWord[], reference: readonly StemmedWord[]): Possibilities {
  const options: Option[][] = candidate.map(() => [{ place: -1, uses: [] }]);
  const quotas: number[] = [];
  const quota = (size: number): number => quotas.push(size) - 1;
  const all = { exact: 0, stem: 0 };
  const places = placesByStem(reference);
  for (const [stem, own] of placesByStem(candidate)) {
    const others = places.get(stem);
    if (others === undefined) continue;
    const [said, wanted] = [countWords(candidate, own), countWords(reference, others)];
    // Of each word, as many as both have are paired. What is left over on one side can only pair by stem.
    const words = new Map(
      [...new Set([...said.keys(), ...wanted.keys()])].map((word) => {
        const [inOwn, inOther] = [said.get(word) ?? 0, wanted.get(word) ?? 0];
        const exact = Math.min(inOwn, inOther);
        return [word, { exact: quota(exact), said: quota(inOwn - exact), wanted: quota(inOther - exact) }];
      }),
    );
    const exact = [...said].reduce((sum, [word, count]) => sum + Math.min(count, wanted.get(word) ?? 0), 0);
    const stems = Math.min(own.length, others.length) - exact;
    all.exact += exact;
    all.stem += stems;
    const [paired, alone] = [quota(stems), quota(own.length - exact - stems)];
    const free = others.map((place) => ({ place, taken: quota(1), word: (reference[place] as StemmedWord).word }));
    for (const at of own) {
      const { word } = candidate[at] as StemmedWord;
      const left = words.get(word) as WordQuotas;
      options[at] = [
        ...free.map(({ place, taken, word: other }) => ({
          place,
          uses:
            word === other ? [taken, left.exact] : [taken, paired, left.said, (words.get(other) as WordQuotas).wanted],
        })),
        { place: -1, uses: [left.said, alone] },
      ];
    }
  }
  return { ...all, options, quotas };
}

/** The quotas of a word. */
interface WordQuotas {
  /** Pairs of two of it. */
  readonly exact: number;
  /** Those of the candidate, and of the reference, without such a pair. */
  readonly said: number;
  readonly wanted: number;
}

function placesByStem(words: readonly StemmedWord[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [at, { stem }] of words.entries()) {
    const known = places.get(stem);
    if (known === undefined) places.set(stem, [at]);
    else known.push(at);
  }
  return places;
}

function countWords(words: readonly StemmedWord[], places: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const at of places) {
    const { word } = words[at] as StemmedWord;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
