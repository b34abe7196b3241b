import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  captionMetrics,
  captionTokens,
  classificationMetrics,
  ptbTokens,
  rankOfPositive,
  type TieRule,
  type TokenisedItem,
  tokenisedCaptionMetrics,
} from '@kaleido/eval';
import { type Comparison, compareItems, compareNumbers, skipped } from '../comparison.ts';
import { readJson, readRows } from '../read-case.ts';

/** Caption scores, classification and ranking (shared/golden/metrics/README.md). */
const tolerance = (): number => 1e-9;

interface Scores {
  readonly bleu: readonly number[];
  readonly rougeL: number;
  readonly cider: number;
}

interface CaptionCase {
  readonly items: readonly (Scores & {
    readonly candidate: string;
    readonly references: readonly string[];
    readonly tokenizedCandidate: string;
    readonly tokenizedReferences: readonly string[];
    readonly meteorExactStem: number;
    /** Numbers with blanks; the first four: words of the candidate, of the reference, function words of each. */
    readonly meteorExactStemStats: string;
  })[];
  readonly corpus: Scores;
}

/** Compares those of the metrics' golden files that are in a folder. */
export async function compareMetrics(folder: string): Promise<Comparison[]> {
  const files: Readonly<Record<string, (path: string) => Promise<Comparison[]>>> = {
    'ptb.jsonl': async (path) => comparePtb(await readRows(path)),
    captions: compareCaptions,
    'classification.json': async (path) => compareClassification(await readJson(path)),
    'ranking.json': async (path) => compareRanking(await readJson(path)),
  };
  const comparisons: Comparison[] = [];
  for (const [name, compare] of Object.entries(files)) {
    const path = join(folder, name);
    comparisons.push(...(existsSync(path) ? await compare(path) : [skipped(name, 'it is not there')]));
  }
  return [
    ...comparisons,
    skipped('captions meteor', '@kaleido/eval has no synonyms and no paraphrases'),
    skipped('masks.json', 'masks are measured by `pnpm patch-quality`'),
  ];
}

function comparePtb(rows: readonly { text: string; raw: string; tokens: string }[]): Comparison[] {
  return [
    compareItems(
      'ptb raw',
      rows.map(({ text }) => ptbTokens(text).join(' ')),
      rows.map(({ raw }) => raw),
    ),
    compareItems(
      'ptb tokens',
      rows.map(({ text }) => captionTokens(text).join(' ')),
      rows.map(({ tokens }) => tokens),
    ),
  ];
}

async function compareCaptions(folder: string): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
    const { items, corpus } = (await readJson(join(folder, file))) as CaptionCase;
    const words = (tokens: string): string[] => tokens.split(' ').filter((token) => token !== '');
    const tokenised = items.map(({ tokenizedCandidate, tokenizedReferences }) => ({
      candidate: words(tokenizedCandidate),
      references: tokenizedReferences.map(words),
    }));
    comparisons.push(compareMeteor(file, items, tokenised));
    for (const [from, { items: each, ...all }] of [
      ['text', captionMetrics(items)],
      ['tokens', tokenisedCaptionMetrics(tokenised)],
    ] as const) {
      const found = [all, ...each];
      const wanted = [corpus, ...items];
      const compare = (name: string, has: readonly number[], wants: readonly number[]): Comparison =>
        compareNumbers(`captions/${file} from ${from}: ${name}`, has, wants, tolerance);
      comparisons.push(
        compare(
          'BLEU',
          found.flatMap(({ bleu }) => bleu),
          wanted.flatMap(({ bleu }) => bleu),
        ),
        compare(
          'ROUGE-L',
          found.map(({ rougeL }) => rougeL),
          wanted.map(({ rougeL }) => rougeL),
        ),
        compare(
          'CIDEr-D',
          found.map(({ ciderD }) => ciderD),
          wanted.map(({ cider }) => cider),
        ),
      );
    }
  }
  return comparisons;
}

/** Only of captions with one reference, without function words, and with words that METEOR takes as they are. */
function compareMeteor(file: string, items: CaptionCase['items'], tokenised: readonly TokenisedItem[]): Comparison {
  const name = `captions/${file} from tokens: METEOR (exact and stem)`;
  const { items: scores } = tokenisedCaptionMetrics(tokenised);
  const found: number[] = [];
  const wanted: number[] = [];
  for (const [at, { candidate, references }] of tokenised.entries()) {
    const { meteorExactStem, meteorExactStemStats } = items[at] as CaptionCase['items'][number];
    const lengths = [candidate.length, ...references.map((reference) => reference.length)];
    if (!meteorExactStemStats.startsWith(`${[...lengths, 0, 0].map((count) => count.toFixed(1)).join(' ')} `)) continue;
    if (references.length > 1) continue;
    found.push(scores[at]?.meteor as number);
    wanted.push(meteorExactStem);
  }
  return found.length === 0
    ? skipped(name, 'METEOR changes the words of all captions, or discounts some')
    : compareNumbers(name, found, wanted, tolerance);
}

interface Classification {
  readonly cases: readonly {
    readonly name: string;
    readonly classes: number;
    readonly yTrue: readonly number[];
    readonly yPred: readonly number[];
    readonly expected: Readonly<
      Record<'accuracy' | 'macroF1Present' | 'macroF1All' | 'microF1' | 'weightedF1', number> & {
        f1: readonly number[];
        confusion: readonly (readonly number[])[];
      }
    >;
  }[];
}

function compareClassification(content: unknown): Comparison[] {
  return (content as Classification).cases.flatMap(({ name, classes, yTrue, yPred, expected }) => {
    const found = classificationMetrics({ truth: yTrue, predicted: yPred, classes });
    const { accuracy, macroF1Present, macroF1All, microF1, weightedF1, f1, confusion } = expected;
    const wanted = [accuracy, macroF1Present, macroF1All, microF1, weightedF1, ...f1];
    const shares = [
      ...[found.accuracy, found.macroF1, found.macroF1AllClasses, found.microF1, found.weightedF1],
      ...found.perClass.map((one) => one.f1),
    ].map((percent) => percent / 100);
    return [
      compareNumbers(`classification ${name}`, shares, wanted, tolerance),
      compareItems(`classification ${name}: confusion`, found.confusion, confusion),
    ];
  });
}

interface Ranking {
  readonly cases: readonly {
    readonly name: string;
    readonly scores: readonly (readonly number[])[];
    readonly positives: readonly (readonly number[])[];
    readonly expected: Readonly<Record<TieRule, { readonly ranks: readonly number[] }>>;
  }[];
}

function compareRanking(content: unknown): Comparison[] {
  return (content as Ranking).cases.flatMap(({ name, scores, positives, expected }) =>
    (['worst', 'best', 'mean'] as const).map((tie) =>
      compareNumbers(
        `ranking ${name}: ${tie}`,
        scores.map((row, query) => rankOfPositive(row, positives[query] ?? [], tie)),
        expected[tie].ranks,
        tolerance,
      ),
    ),
  );
}
