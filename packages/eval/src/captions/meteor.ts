import { stemmer } from 'stemmer';
import { fewestChunks, type StemmedWord } from './fewest-chunks.ts';
import type { TokenisedItem } from './tokenised-item.ts';

/** Weight of recall in the mean. This and the other constants: METEOR 1.5 for English, which pycocoevalcap uses. */
const alpha = 0.85;

/** How the penalty grows with the share of chunks. */
const beta = 0.2;

/** The largest penalty. */
const gamma = 0.6;

/** What a pair of equal stems counts; a pair of equal words counts 1. */
const stemWeight = 0.6;

/**
 * METEOR (exact and stem) of one item, 0..1: that of the best reference. The formula of METEOR 1.5 (Denkowski and Lavie
 * 2014, after Banerjee and Lavie 2005) for words that are equal or have equal stems (Porter 1980). Unlike the METEOR
 * that papers print, it knows no synonyms and no paraphrases, function words count as much as others (METEOR's delta is
 * 0.5, not 0.75), and tokens are not normalised once more.
 */
export function meteor({ candidate, references }: TokenisedItem): number {
  const own = candidate.map(stemmed);
  return Math.max(...references.map((reference) => meteorOfPair(own, reference.map(stemmed))));
}

function stemmed(word: string): StemmedWord {
  return { word, stem: stemmer(word) };
}

function meteorOfPair(candidate: readonly StemmedWord[], reference: readonly StemmedWord[]): number {
  const { exact, stem, chunks } = fewestChunks(candidate, reference);
  const pairs = exact + stem;
  if (pairs === 0) return 0;
  const counted = exact + stemWeight * stem;
  const precision = counted / candidate.length;
  const recall = counted / reference.length;
  const mean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
  // As in METEOR 1.5: a caption that is one chunk with the whole reference is not penalised.
  const whole = chunks === 1 && pairs === candidate.length && pairs === reference.length;
  return whole ? mean : mean * (1 - gamma * (chunks / pairs) ** beta);
}
