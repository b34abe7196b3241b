import { describe, expect, it } from '@jest/globals';
import { captionsTable, fullRetrievalTable, recognitionTable, retrievalTable, wordsTable } from './tables.ts';

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
    const table = captionsTable({
      captions: 300,
      beam: 4,
      blockNgram: 3,
      ...scored,
      nearest: { ...scored, bleu1: 35 },
    });
    expect(table.split('\n')).toEqual([
      '                    BLEU-1  BLEU-2  BLEU-3  BLEU-4  ROUGE-L  CIDEr-D  METEOR',
      'written               50.0    40.0    30.0    20.0     45.0    123.4    25.0',
      'nearest photograph    35.0    40.0    30.0    20.0     45.0    123.4    25.0',
      'scores of 300 captions, times 100; 4 candidates at a time; no run of 3 pieces twice',
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
  it('has a row per field and inputs, and one that always answers the commonest class', () => {
    const one = (accuracy: number) => ({
      accuracy,
      macroF1: accuracy / 2,
      macroF1AllClasses: accuracy / 4,
      f1OfMeans: accuracy / 2 + 1,
      meanAveragePrecision: accuracy - 10,
      commonestClass: { name: 'red', accuracy: 20, macroF1: 5 },
    });
    const table = recognitionTable({
      'colour:image': one(50),
      'category:image': { accuracy: 90, macroF1: 45 },
      'category:both': one(100),
      category: one(100),
    });
    expect(table.split('\n')).toEqual([
      '                    accuracy  macro F1  all classes  F1 of means  mean AP',
      'colour, image           50.0      25.0         12.5         26.0     40.0',
      'colour, always red      20.0       5.0',
      'category, image         90.0      45.0',
      'category, both         100.0      50.0         25.0         51.0     90.0',
    ]);
  });
});

describe('fullRetrievalTable', () => {
  it('has the stages, the cost, and the curve', () => {
    const summary = (rank: number) => ({
      recalls: { '1': 10, '5': 50, '10': 100 },
      ...{ meanReciprocalRank: 1 / rank, medianRank: rank, meanRank: rank, queries: 7 },
    });
    const stage = (rank: number, sumR: number) => ({ imageToText: summary(rank), textToImage: summary(rank), sumR });
    const ceiling = { imageToText: 90, textToImage: 95.04 };
    const table = fullRetrievalTable({
      ...stage(2, 320),
      ...{ best: 5, images: 8, texts: 7, matchingWeight: 0.35, ceiling },
      ...{ firstStage: stage(3, 310.04), matchingAlone: stage(4.5, 300) },
      curve: [
        { best: 0, matchingAlone: 310.04, ...stage(3, 310.04), ceiling },
        { best: 5, matchingAlone: 300, ...stage(2, 320), ceiling },
      ],
      ...{ weightChosenOn: '9 queries', pairs: 50, pairsPerSecond: 12.6 },
      seconds: { embeddings: 1, firstStage: 1, secondStage: 4 },
    });
    expect(table.split('\n')).toEqual([
      '                i2t R@1  i2t R@5  i2t R@10  i2t MRR  i2t median  t2i R@1  t2i R@5  t2i R@10  t2i MRR  t2i median   SumR',
      'two stages         10.0     50.0     100.0    0.500           2     10.0     50.0     100.0    0.500           2  320.0',
      'first stage        10.0     50.0     100.0    0.333           3     10.0     50.0     100.0    0.333           3  310.0',
      'matching alone     10.0     50.0     100.0    0.222         4.5     10.0     50.0     100.0    0.222         4.5  300.0',
      '8 photographs and 7 captions, each against all; the best 5 read by the matching head: 50 pairs, 13 a second',
      'weight of the match head 0.35, chosen on 9 queries',
      '',
      're-ranked   SumR  matching alone  i2t ceiling  t2i ceiling',
      '0          310.0           310.0            -            -',
      '5          320.0           300.0         90.0         95.0',
    ]);
  });
});
