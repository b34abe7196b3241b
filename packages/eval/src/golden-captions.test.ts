import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
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
