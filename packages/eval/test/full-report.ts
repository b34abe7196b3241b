import { parseHTML } from 'linkedom';
import type { AlignmentFigures } from '../src/alignment/alignment-figures.ts';
import type { RetrievalResult } from '../src/evaluate-retrieval.ts';
import type { ScoredCaptions, WordsRead } from '../src/evaluation.ts';
import { renderReport } from '../src/report/render-report.ts';
import type { AlignmentExample, ReportData } from '../src/report/report-data.ts';

/** A picture of one colour, identified by its hue. */
export function colouredPicture(hue: number): string {
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><rect width='8' height='8' fill='hsl(${hue},60%,50%)'/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

function pictures(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => colouredPicture(from + index));
}

function retrieval(sumR: number): RetrievalResult {
  const figures = {
    imageToText: { '1': 40, '5': 70, '10': 80 },
    textToImage: { '1': 41, '5': 71, '10': 81 },
    sumR,
  } as const;
  return {
    ...figures,
    standardDeviation: {
      imageToText: { '1': 1, '5': 2, '10': 3 },
      textToImage: { '1': 1, '5': 2, '10': 3 },
      sumR: 4.5,
    },
    files: [1, 2].map((seed) => ({
      ...figures,
      name: `seed-${seed}.jsonl`,
      sha256: 'ab'.repeat(32),
      queries: { imageToText: 200, textToImage: 200 },
    })),
  };
}

function wordsRead(pieces: number, accuracy: number): WordsRead {
  const guessed = (share: number) => ({ accuracy: share, crossEntropy: 3 - share / 50 });
  return {
    pieces,
    ...guessed(accuracy),
    otherPhotograph: guessed(accuracy - 10),
    noPhotograph: guessed(accuracy - 5),
    commonest: guessed(7),
    neighbours: guessed(50),
  };
}

export function scoredCaptions(bleu: number): ScoredCaptions {
  const facts = (precision?: number) => ({ said: 8, right: 4, truth: 10, recall: 40, ...(precision && { precision }) });
  return {
    ...{ bleu1: bleu, bleu2: bleu - 10, bleu3: bleu - 15, bleu4: bleu - 20, rougeL: 40, ciderD: 123.4, meteor: 25 },
    facts: {
      ...{ captions: 300, ...facts(50) },
      byAspect: { colour: facts(75), type: facts(60), pattern: facts(), part: facts(30) },
    },
  };
}

export function alignmentFigures(level5: number): AlignmentFigures {
  const levels = (share: number) => ({ level3: share + 2, level4: share + 1, level5: share });
  return {
    ...{ mentions: 1200, aligned: 99, random: 10, ...levels(level5) },
    ...{ ofAligned: levels(level5 + 1), randomByLevel: levels(10), possible: levels(90) },
  };
}

/** Two words, of which the first is masked and the second has a hidden patch. */
export function alignedExample(caption: string): AlignmentExample {
  const [first = ''] = caption.split(' ');
  return {
    product: {
      ...{ picture: colouredPicture(40), width: 8, height: 8, caption },
      words: [
        { start: 1, end: 2, from: 0, to: first.length },
        { start: 2, end: 3, from: first.length + 1, to: caption.length },
      ],
      patches: Array.from({ length: 55 }, () => ({ x0: 0, y0: 0, x1: 1, y1: 1 })),
      pairs: [
        { token: 1, patch: 30, weight: 0.5 },
        { token: 2, patch: 54, weight: 0.4 },
      ],
    },
    hidden: { pieces: [1], patches: [5, 54], intruder: colouredPicture(41) },
  };
}

/** Data of every part of the page, for tests. */
export function fullReport(): ReportData {
  const ranked = (right: number): ReportData['retrievalExamples'][number]['ranked'] =>
    Array.from({ length: 10 }, (_, index) => ({
      picture: colouredPicture(100 + index),
      caption: `candidate ${index + 1}`,
      score: 1 - index / 10,
      right: index + 1 === right,
    }));
  return {
    recipe: 'quickstart',
    description: 'A small model learns drawn products.',
    command: 'kaleido-train recipes/quickstart.json',
    seed: 7,
    finishedAt: '2026-05-03T14:20:11.000Z',
    environment: [['Backend', 'wasm, 2 threads']],
    model: [['Parameters', '1,204,992']],
    data: [['Products', '9,000']],
    times: [
      { part: 'Patch features', seconds: 132.4 },
      { part: 'Report', seconds: 0.8 },
    ],
    metrics: Array.from({ length: 30 }, (_, index) => ({
      stage: 'pretrain',
      step: 10 * (index + 1),
      losses: { rotation: 1.4 - index / 60, loss: 8 - index / 10, greyToColour: 0.5 },
      learningRate: 5e-4,
      seconds: index + 1,
      examplesPerSecond: 118,
    })),
    evaluation: {
      retrieval: {
        ...retrieval(383),
        scorer: 'combined',
        scorers: { embeddings: retrieval(361), combined: retrieval(383) },
        matchingWeight: 0.35,
      },
      recognition: {
        subcategory: { accuracy: 96.2, macroF1: 95.4, macroF1AllClasses: 94.9 },
        'subcategory:image': { accuracy: 71.4, macroF1: 66.3 },
      },
      puzzles: { rotation: 83.2, jigsaw: 78.4, camouflage: 31.5 },
      words: {
        captions: 400,
        ...wordsRead(1200, 72.25),
        byAspect: { colour: wordsRead(150, 60), sleeveLength: wordsRead(40, 70), hood: wordsRead(3, 100) },
      },
      alignment: { discriminants: alignmentFigures(40) },
      captions: { captions: 300, beam: 4, ...scoredCaptions(50), nearest: scoredCaptions(35) },
    },
    retrievalExamples: [
      {
        direction: 'image-to-text',
        query: { picture: colouredPicture(1) },
        ranked: ranked(2),
        rank: 2,
        candidates: 101,
      },
      { direction: 'text-to-image', query: { caption: 'red dress' }, ranked: ranked(0), rank: 34, candidates: 101 },
    ],
    puzzles: {
      rotation: [{ picture: colouredPicture(2), truth: 3, answer: 1 }],
      jigsaw: [{ pieces: pictures(4), truth: [2, 0, 3, 1], answer: [2, 0, 1, 3] }],
      camouflage: [{ pieces: pictures(9), truth: 4, answer: 7 }],
      grey: [
        { pieces: pictures(16), hidden: [5, 6], shown: pictures(2, 300), painted: pictures(2, 310), divergence: 0.42 },
      ],
      blank: [{ pieces: pictures(25), hidden: [0, 7, 24], divergence: 0.61 }],
    },
    captions: [
      {
        picture: colouredPicture(30),
        written: 'a red <b>dress</b>',
        truth: 'red dress & belt',
        nearest: 'a blue dress',
      },
      { picture: colouredPicture(31), written: '', truth: 'a hat' },
    ],
    alignment: [alignedExample('red dress'), alignedExample('<b>hat & brim')],
    skipped: Array.from({ length: 53 }, (_, index) => ({ id: `product-${index}`, reason: 'the caption is empty' })),
    skippedKinds: [
      { kind: 'has an empty caption', count: 52, examples: [{ id: 'product-0', reason: 'the caption is empty' }] },
      { kind: 'has no image', count: 1, examples: [{ id: 'product-7', reason: 'row 7 has no image' }] },
    ],
    notes: ['The contrastive stage is not in the paper.'],
  };
}

export function page(data: ReportData): Document {
  return parseHTML(renderReport(data)).document as unknown as Document;
}

/** Text of an element with white space collapsed. */
export function textOf(element: Element | null | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

export function titles(document: Document): string[] {
  return [...document.querySelectorAll('.part > h2')].map(textOf);
}
