import { describe, expect, it } from '@jest/globals';
import { captionsTable, recognitionTable, retrievalTable, wordsTable } from './tables.ts';

const figures = (recall: number, sumR: number) => ({
  imageToText: { '1': recall, '5': 50, '10': 100 },
  textToImage: { '1': recall, '5': 50, '10': 100 },
  sumR,
});
const file = (name: string) => ({
  name,
  sha256: '',
  ...figures(10, 320),
  queries: { imageToText: 500, textToImage: 500 },
});

describe('retrievalTable', () => {
  it('shows the name of a single file', () => {
    const files = [file('seed0.jsonl')];
    const scorers = { combined: { ...figures(10, 320), files }, matching: { ...figures(9.96, 319.9), files } };
    const result = { ...figures(10, 320), files, scorers, scorer: 'combined', matchingWeight: 0.35 };
    expect(retrievalTable(result).split('\n')).toEqual([
      '          i2t R@1  i2t R@5  i2t R@10  t2i R@1  t2i R@5  t2i R@10   SumR',
      'combined     10.0     50.0     100.0     10.0     50.0     100.0  320.0',
      'matching     10.0     50.0     100.0     10.0     50.0     100.0  319.9',
      'seed0.jsonl; queries: 500 + 500',
      'default: combined, weight of the match head 0.35',
    ]);
  });

  it('shows the standard deviation over several files', () => {
    const files = [file('seed0.jsonl'), file('seed1.jsonl')];
    const combined = { ...figures(10, 320), standardDeviation: figures(1.25, 4), files };
    const result = { ...combined, scorers: { combined }, scorer: 'combined', matchingWeight: 0 };
    const [, row, note] = retrievalTable(result).split('\n');
    expect(row).toMatch(/^combined +10\.0 ±1\.3 .* 320\.0 ±4\.0$/);
    expect(note).toBe('mean ± deviation over 2 list files; queries: 500 + 500');
  });
});

describe('wordsTable', () => {
  it('has a row for all words and one per aspect, without the baselines that are unknown', () => {
    const guessed = (accuracy: number) => ({ accuracy, crossEntropy: accuracy / 50 });
    const read = (pieces: number, accuracy: number) => ({
      pieces,
      ...guessed(accuracy),
      otherPhotograph: guessed(50),
      noPhotograph: guessed(40),
    });
    const neighbours = guessed(65);
    const words = { captions: 400, ...read(1200, 72), neighbours, byAspect: { colour: read(150, 60) } };
    expect(wordsTable(words).split('\n')).toEqual([
      '        pieces  own photograph      another         none  neighbour counts  commonest',
      'all       1200     72.0 (1.44)  50.0 (1.00)  40.0 (0.80)       65.0 (1.30)',
      'colour     150     60.0 (1.20)  50.0 (1.00)  40.0 (0.80)',
      'masked pieces of 400 captions named right, in per cent (cross-entropy)',
    ]);
  });
});

describe('captionsTable', () => {
  const scores = { bleu1: 50, bleu2: 40, bleu3: 30, bleu4: 20.04, rougeL: 45, ciderD: 123.4, meteor: 25 };

  it('has the scores, and below them the facts, with those of the nearest photographs', () => {
    const facts = (precision: number | undefined) => ({
      ...{ said: 8, right: 4, truth: 10, recall: 40 },
      ...(precision === undefined ? {} : { precision }),
    });
    const byAspect = { colour: facts(75), type: facts(60), pattern: facts(undefined), part: facts(30) };
    const scored = { ...scores, facts: { captions: 300, ...facts(50), byAspect } };
    const table = captionsTable({ captions: 300, beam: 4, ...scored, nearest: { ...scored, bleu1: 35 } });
    expect(table.split('\n')).toEqual([
      '                    BLEU-1  BLEU-2  BLEU-3  BLEU-4  ROUGE-L  CIDEr-D  METEOR',
      'written               50.0    40.0    30.0    20.0     45.0    123.4    25.0',
      'nearest photograph    35.0    40.0    30.0    20.0     45.0    123.4    25.0',
      'scores of 300 captions, times 100; 4 candidates at a time',
      '',
      '                            all       colour         type   pattern         part',
      'written             50.0 / 40.0  75.0 / 40.0  60.0 / 40.0  - / 40.0  30.0 / 40.0',
      'nearest photograph  50.0 / 40.0  75.0 / 40.0  60.0 / 40.0  - / 40.0  30.0 / 40.0',
      'facts stated: precision / recall, in per cent',
    ]);
  });

  it('has the scores alone where nothing else is known', () => {
    expect(captionsTable({ captions: 2, beam: 1, ...scores }).split('\n')).toEqual([
      '         BLEU-1  BLEU-2  BLEU-3  BLEU-4  ROUGE-L  CIDEr-D  METEOR',
      'written    50.0    40.0    30.0    20.0     45.0    123.4    25.0',
      'scores of 2 captions, times 100; the most likely piece each time',
    ]);
  });
});

describe('recognitionTable', () => {
  it('has a row per field and columns per input', () => {
    const one = (accuracy: number) => ({ accuracy, macroF1: accuracy / 2 });
    const table = recognitionTable({
      'colour:image': one(50),
      'category:image': one(90),
      'category:both': one(100),
      category: one(100),
    });
    expect(table.split('\n')).toEqual([
      '          image: accuracy  macro F1  both: accuracy  macro F1',
      'colour               50.0      25.0',
      'category             90.0      45.0           100.0      50.0',
    ]);
  });
});
