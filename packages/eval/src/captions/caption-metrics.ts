import { KaleidoError } from '@kaleido/foundation';
import { type Bleu, bleu } from './bleu.ts';
import { ciderD } from './cider-d.ts';
import { meteor } from './meteor.ts';
import { NgramIndex } from './ngrams.ts';
import { captionTokens } from './ptb-tokens.ts';
import { rougeL } from './rouge-l.ts';
import type { TokenisedItem } from './tokenised-item.ts';

/** A caption and what it is compared with. */
export interface CaptionItem {
  readonly candidate: string;
  /** One or more. */
  readonly references: readonly string[];
}

/** Scores of captions; papers print them times 100. */
export interface CaptionScores {
  /** BLEU-1 to BLEU-4, 0..1 */
  readonly bleu: Bleu;
  /** 0..1 */
  readonly rougeL: number;
  /** 0..10 */
  readonly ciderD: number;
  /** METEOR (exact and stem), 0..1; without the synonyms and paraphrases of the METEOR that papers print */
  readonly meteor: number;
}

/** BLEU of all captions together; of the other scores, the means. */
export interface CaptionMetrics extends CaptionScores {
  readonly items: readonly CaptionScores[];
}

/**
 * BLEU, ROUGE-L and CIDEr-D of captions, equal to pycocoevalcap 1.2 with its PTB tokenizer
 * (`golden-captions.test.ts`), and METEOR (exact and stem), which is not its METEOR.
 * @throws KaleidoError without items, and for an item without a reference
 */
export function captionMetrics(items: readonly CaptionItem[]): CaptionMetrics {
  return tokenisedCaptionMetrics(
    items.map(({ candidate, references }) => ({
      candidate: captionTokens(candidate),
      references: references.map(captionTokens),
    })),
  );
}

/** The same of captions that are tokens already. @throws KaleidoError as `captionMetrics` */
export function tokenisedCaptionMetrics(items: readonly TokenisedItem[]): CaptionMetrics {
  if (items.length === 0)
    throw new KaleidoError({
      source: 'eval',
      problem: 'there are no captions to score',
      found: 0,
      advice: 'give at least one item; CIDEr-D needs several to tell words apart',
    });
  const without = items.findIndex(({ references }) => references.length === 0);
  if (without >= 0)
    throw new KaleidoError({
      source: 'eval',
      problem: `caption ${without + 1} of ${items.length} has no reference`,
      found: items[without]?.candidate.join(' '),
      advice: 'give each caption at least one reference; an empty one counts as an empty caption',
    });
  const words = items.map(({ candidate, references }) => ({
    candidate: candidate.flatMap(atBlanks),
    references: references.map((reference) => reference.flatMap(atBlanks)),
  }));
  const index = new NgramIndex();
  const ngrams = words.map(({ candidate, references }) => ({
    candidate: index.count(candidate),
    references: references.map((reference) => index.count(reference)),
  }));
  const bleus = bleu(ngrams);
  const ciders = ciderD(ngrams);
  const scores = items.map((item, at) => ({
    bleu: bleus.items[at] as Bleu,
    rougeL: rougeL(item),
    ciderD: ciders[at] as number,
    meteor: meteor(words[at] as TokenisedItem),
  }));
  const mean = (of: (score: CaptionScores) => number): number =>
    scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    bleu: bleus.corpus,
    rougeL: mean((score) => score.rougeL),
    ciderD: mean((score) => score.ciderD),
    meteor: mean((score) => score.meteor),
    items: scores,
  };
}

/** The reference's BLEU and CIDEr cut a token such as `1 1/2` at its no-break space; its ROUGE-L does not. */
function atBlanks(token: string): string[] {
  return token.includes('\u00a0') ? token.split('\u00a0').filter((part) => part !== '') : [token];
}
