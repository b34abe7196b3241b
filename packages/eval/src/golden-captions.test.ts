import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { stemmer } from 'stemmer';
import { fewestChunks, type StemmedWord } from './captions/fewest-chunks.ts';
import { type CaptionMetrics, captionMetrics, captionTokens, ptbTokens, tokenisedCaptionMetrics } from './index.ts';

// Expected values: pycocoevalcap 1.2 with the PTB tokenizer of Stanford CoreNLP 3.4.1.
const folder = fileURLToPath(new URL('../test/fixtures/metrics/', import.meta.url));

interface Scores {
  readonly bleu: readonly number[];
  readonly rougeL: number;
  readonly cider: number;
}

interface Item extends Scores {
  readonly candidate: string;
  readonly references: string[];
  readonly tokenizedCandidate: string;
  readonly tokenizedReferences: string[];
  /** METEOR 1.5 with `-m "exact stem" -w "1.0 0.6"`, and its 23 statistics. */
  readonly meteorExactStem: number;
  readonly meteorExactStemStats: string;
}

interface Case {
  readonly items: Item[];
  readonly corpus: Scores;
}

const rows = readFileSync(`${folder}ptb.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { group: string; text: string; raw: string; tokens: string });

describe('PTB tokens', () => {
  it.each([...new Set(rows.map(({ group }) => group))])('are those of the reference: %s', (name) => {
    const group = rows.filter((row) => row.group === name);
    expect(group.map(({ text }) => ptbTokens(text).join(' '))).toEqual(group.map(({ raw }) => raw));
    expect(group.map(({ text }) => captionTokens(text).join(' '))).toEqual(group.map(({ tokens }) => tokens));
  });
});

describe('caption scores', () => {
  const files = readdirSync(`${folder}captions`);
  const wordsOf = (tokens: string): string[] => tokens.split(' ').filter((token) => token !== '');

  it.each(files)('are those of the reference: %s', (file) => {
    const { items, corpus } = JSON.parse(readFileSync(`${folder}captions/${file}`, 'utf8')) as Case;
    const check = (found: CaptionMetrics): void => {
      for (const [scores, wanted] of [
        [found, corpus] as const,
        ...items.map((item, at) => [found.items[at]!, item] as const),
      ]) {
        for (const [k, value] of wanted.bleu.entries()) expect(Math.abs(scores.bleu[k]! - value)).toBeLessThan(1e-9);
        expect(Math.abs(scores.rougeL - wanted.rougeL)).toBeLessThan(1e-9);
        expect(Math.abs(scores.ciderD - wanted.cider)).toBeLessThan(1e-9);
      }
    };
    check(captionMetrics(items));
    check(
      tokenisedCaptionMetrics(
        items.map(({ tokenizedCandidate, tokenizedReferences }) => ({
          candidate: wordsOf(tokenizedCandidate),
          references: tokenizedReferences.map(wordsOf),
        })),
      ),
    );
  });
});

// METEOR normalises tokens once more (`t-shirt` becomes several) and discounts function words. Where it does neither,
// and has one reference, its statistics and its score have to be equal.
describe('METEOR (exact and stem)', () => {
  const wordsOf = (tokens: string): string[] => tokens.split(' ').filter((token) => token !== '');
  const items = readdirSync(`${folder}captions`)
    .flatMap((file) => (JSON.parse(readFileSync(`${folder}captions/${file}`, 'utf8')) as Case).items)
    .filter(({ references }) => references.length === 1)
    .map(({ tokenizedCandidate, tokenizedReferences, meteorExactStem, meteorExactStemStats }) => {
      const numbers = meteorExactStemStats.split(' ').map(Number);
      return {
        candidate: wordsOf(tokenizedCandidate),
        reference: wordsOf(tokenizedReferences[0]!),
        score: meteorExactStem,
        lengths: numbers.slice(0, 2),
        functionWords: numbers[2]! + numbers[3]!,
        // Each the content words and the function words of the candidate.
        matched: { exact: numbers[4]! + numbers[6]!, stem: numbers[8]! + numbers[10]!, chunks: numbers[20]! },
      };
    })
    .filter(({ candidate, reference, lengths }) => candidate.length === lengths[0] && reference.length === lengths[1]);

  it('has the pairs and chunks of METEOR 1.5', () => {
    expect(items).toHaveLength(53);
    const stemmed = (word: string): StemmedWord => ({ word, stem: stemmer(word) });
    for (const { candidate, reference, matched } of items)
      expect(fewestChunks(candidate.map(stemmed), reference.map(stemmed))).toEqual(matched);
  });

  it('is the score of METEOR 1.5 where no word is a function word', () => {
    const plain = items.filter(({ functionWords }) => functionWords === 0);
    expect(plain).toHaveLength(42);
    for (const { candidate, reference, score } of plain) {
      const { meteor } = tokenisedCaptionMetrics([{ candidate, references: [reference] }]);
      expect(Math.abs(meteor - score)).toBeLessThan(1e-9);
    }
  });
});
