import { describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom';
import type { AlignmentFigures } from '../alignment/alignment-figures.ts';
import type { RetrievalResult } from '../evaluate-retrieval.ts';
import type { ScoredCaptions, WordsRead } from '../evaluation.ts';
import { renderReport } from './render-report.ts';
import type { AlignmentExample, ReportData } from './report-data.ts';

/** A picture of one colour, identified by its hue. */
function colouredPicture(hue: number): string {
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

function scoredCaptions(bleu: number): ScoredCaptions {
  const facts = (precision?: number) => ({ said: 8, right: 4, truth: 10, recall: 40, ...(precision && { precision }) });
  return {
    ...{ bleu1: bleu, bleu2: bleu - 10, bleu3: bleu - 15, bleu4: bleu - 20, rougeL: 40, ciderD: 123.4, meteor: 25 },
    facts: {
      ...{ captions: 300, ...facts(50) },
      byAspect: { colour: facts(75), type: facts(60), pattern: facts(), part: facts(30) },
    },
  };
}

function alignmentFigures(level5: number): AlignmentFigures {
  const levels = (share: number) => ({ level3: share + 2, level4: share + 1, level5: share });
  return {
    ...{ mentions: 1200, aligned: 99, random: 10, ...levels(level5) },
    ...{ ofAligned: levels(level5 + 1), randomByLevel: levels(10), possible: levels(90) },
  };
}

/** Two words, of which the first is masked and the second has a hidden patch. */
function alignedExample(caption: string): AlignmentExample {
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
function fullReport(): ReportData {
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

function page(data: ReportData): Document {
  return parseHTML(renderReport(data)).document as unknown as Document;
}

/** Text of an element with white space collapsed. */
function textOf(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function titles(document: Document): string[] {
  return [...document.querySelectorAll('.part > h2')].map(textOf);
}

describe('the report page', () => {
  const full = page(fullReport());

  it('contains every part that has data', () => {
    expect(titles(full)).toEqual([
      'Learning curves',
      'Retrieval',
      'Recognition',
      'Puzzles',
      'Words',
      'Alignment',
      'Captions',
      'Setting',
      'Time',
      'Run it again',
      'Left out',
    ]);
    expect([...full.querySelectorAll('.puzzle h3')].map(textOf)).toEqual([
      'Rotation',
      'Jigsaw',
      'Camouflage',
      'Grey to colour',
      'Blank to colour',
    ]);
    expect(textOf(full.querySelector('.notes'))).toContain('not in the paper');
    expect(textOf(full.querySelector('#setting'))).toContain('1,204,992');
    expect(textOf(full.querySelector('#time'))).toContain('2 min 12 s');
    expect(textOf(full.querySelector('pre'))).toBe('kaleido-train recipes/quickstart.json');
    for (const link of full.querySelectorAll('nav a'))
      expect(full.querySelector(link.getAttribute('href') ?? '')).not.toBeNull();
  });

  it('leaves out parts without data', () => {
    const { puzzles: _, captions: _captions, alignment: _alignment, ...rest } = fullReport();
    const bare = page({
      ...rest,
      command: '',
      description: '',
      environment: [],
      model: [],
      data: [],
      times: [],
      metrics: [],
      evaluation: {},
      retrievalExamples: [],
      skipped: [],
      skippedKinds: [],
      notes: [],
    });
    expect(titles(bare)).toEqual([]);
    expect(textOf(bare.querySelector('h1'))).toBe('Quickstart');
    for (const selector of ['nav', '.notes', '.cards', '.description']) expect(bare.querySelector(selector)).toBeNull();

    const none = { rotation: [], jigsaw: [], camouflage: [], grey: [], blank: [] };
    expect(titles(page({ ...fullReport(), puzzles: none }))).not.toContain('Puzzles');
    const one = page({ ...fullReport(), puzzles: { ...none, rotation: fullReport().puzzles?.rotation ?? [] } });
    expect([...one.querySelectorAll('.puzzle h3')].map(textOf)).toEqual(['Rotation']);
  });

  it('sends no requests and runs no code', () => {
    const markup = renderReport(fullReport());
    expect(markup).not.toMatch(/(src|href|srcset|action|poster)\s*=\s*["']?\s*(https?:|\/\/)/i);
    expect(markup).not.toMatch(/url\(|@import|<script|<link|<iframe|\son\w+=/i);
    expect(markup).toContain("default-src 'none'");
    for (const image of full.querySelectorAll('img')) expect(image.getAttribute('src')).toMatch(/^data:image\//);
  });

  it('refuses a picture that is not embedded', () => {
    const report = fullReport();
    for (const picture of ['https://example.org/a.png', 'data:text/html,<b>', 'javascript:alert(1)'])
      expect(() =>
        renderReport({ ...report, puzzles: { ...report.puzzles!, rotation: [{ picture, truth: 0, answer: 0 }] } }),
      ).toThrow(`@kaleido/eval: a picture of the report must be a data: URI of an image, found "${picture}"`);
  });

  it('escapes every text', () => {
    const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`;
    const report = fullReport();
    const evilPage = renderReport({
      ...report,
      recipe: evil,
      description: evil,
      command: evil,
      finishedAt: evil,
      environment: [[evil, evil]],
      model: [[evil, evil]],
      data: [[evil, evil]],
      times: [{ part: evil, seconds: 1 }],
      captions: [{ picture: colouredPicture(1), written: evil, truth: evil, nearest: evil }],
      alignment: [alignedExample(evil)],
      metrics: report.metrics.map((line) => ({ ...line, stage: evil, losses: { [evil]: 1 } })),
      evaluation: {
        retrieval: {
          ...report.evaluation.retrieval!,
          scorer: evil,
          scorers: {
            [evil]: {
              ...report.evaluation.retrieval!,
              files: [{ ...report.evaluation.retrieval!.files[0]!, name: evil, sha256: evil }],
            },
          },
          files: [{ ...report.evaluation.retrieval!.files[0]!, name: evil, sha256: evil }],
        },
        alignment: { [evil]: alignmentFigures(40) },
        recognition: { [evil]: { accuracy: 1, macroF1: 1 }, [`${evil}:${evil}`]: { accuracy: 1, macroF1: 1 } },
      },
      retrievalExamples: report.retrievalExamples.map((example) => ({
        ...example,
        query: { caption: evil },
        ranked: example.ranked.map((candidate) => ({ ...candidate, caption: evil })),
      })),
      skipped: [{ id: evil, reason: evil }],
      skippedKinds: [{ kind: evil, count: 1, examples: [{ id: evil, reason: evil }] }],
      notes: [evil],
    });
    const { document } = parseHTML(evilPage);
    expect(evilPage).not.toContain('<script');
    expect(document.querySelectorAll('script, [onerror], img[src="x"]')).toHaveLength(0);
    expect(evilPage).not.toMatch(/<img src=x/);
    // Escaped text reads as the original.
    expect(document.querySelector('blockquote')?.textContent).toBe(evil);
    expect(document.querySelector('.retrieval li img')?.getAttribute('title')).toBe(evil);
    expect(document.querySelector('pre')?.textContent).toBe(evil);
  });

  it('compares masked words with other input, with counting, and by what they speak of', () => {
    const [conditions, aspects] = [...full.querySelectorAll('#words table')].map((table) =>
      [...table.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('th, td')].map(textOf)),
    );
    expect(conditions).toEqual([
      ['its own photograph', '72.3', '1.55'],
      ["another product's photograph", '62.3', '1.75'],
      ['no photograph', '67.3', '1.66'],
      ['baseline: neighbour counts', '50.0', '2.00'],
      ['baseline: the commonest piece', '7.0', '2.86'],
    ]);
    // Three pieces are too few for a share.
    expect(aspects).toEqual([
      ['colour', '150', '60.0', '50.0', '55.0', '50.0'],
      ['sleeve length', '40', '70.0', '60.0', '65.0', '50.0'],
    ]);
  });

  it('is the same for the same data', () => {
    expect(renderReport(fullReport())).toBe(renderReport(fullReport()));
  });
});

describe('the headline cards', () => {
  it('are shown with their chance levels', () => {
    const cards = [...page(fullReport()).querySelectorAll('.card')].map(textOf);
    expect(cards).toEqual([
      'SumR, combined 383.0 of 600 ± 4.5 chance 31.7 · default scorer',
      'SumR, embeddings 361.0 of 600 ± 4.5 chance 31.7',
      'Masked words named 72.3 % another photograph 62.3 %, neighbour counts 50 %',
      'Sub-category accuracy 96.2 % picture alone 71.4 %',
      'Rotation solved 83.2 % chance 25 %',
      'Jigsaw solved 78.4 % chance 4.2 %',
      'Camouflage solved 31.5 % chance 11.1 %',
    ]);
  });

  it('show no chance level if the candidates differ or are unknown', () => {
    const report = fullReport();
    for (const retrievalExamples of [
      [],
      report.retrievalExamples.map((example, index) => ({ ...example, candidates: 50 + index })),
    ]) {
      const document = page({ ...report, retrievalExamples });
      expect(textOf(document.querySelector('.card'))).not.toContain('chance');
      expect(document.querySelector('#retrieval tr.chance')).toBeNull();
    }
  });
});

describe('retrieval', () => {
  const document = page(fullReport());

  it('marks the right candidate by frame, tick and word', () => {
    const [toCaptions, toPictures] = [...document.querySelectorAll('.retrieval')] as [Element, Element];
    const right = [...toCaptions.querySelectorAll('li')].flatMap((item, index) =>
      item.classList.contains('right') ? [index] : [],
    );
    expect(right).toEqual([1]);
    expect(textOf(toCaptions.querySelector('li.right'))).toBe('2candidate 2right0.900');
    expect(toCaptions.querySelector('li.right .mark svg')).not.toBeNull();
    expect(textOf(toCaptions.querySelector('.rank'))).toBe('Rank 2 of 101 captions');

    expect(toPictures.querySelectorAll('li')).toHaveLength(10);
    expect(toPictures.querySelector('li.right')).toBeNull();
    expect(textOf(toPictures.querySelector('.rank'))).toBe(
      'Rank 34 of 101 pictures; the right one is not among the 10 shown',
    );
  });

  it('gives each scorer a row, the default one first and chance last', () => {
    const rows = [...document.querySelectorAll('#retrieval .wide table')][0]?.querySelectorAll('tbody tr') ?? [];
    expect([...rows].map((row) => [...row.querySelectorAll('th, td')].map(textOf).join(' '))).toEqual([
      'Combined default 40.0± 1.0 70.0± 2.0 80.0± 3.0 41.0± 1.0 71.0± 2.0 81.0± 3.0 383.0± 4.5',
      'Embeddings 40.0± 1.0 70.0± 2.0 80.0± 3.0 41.0± 1.0 71.0± 2.0 81.0± 3.0 361.0± 4.5',
      'Chance 1.0 5.0 9.9 1.0 5.0 9.9 31.7',
    ]);
    expect(textOf(document.querySelector('#retrieval .lead'))).toContain('over 2 list files of 200 queries each way');
  });
});

describe('puzzles', () => {
  const document = page(fullReport());
  const [rotation, jigsaw, camouflage, grey, blank] = [...document.querySelectorAll('.puzzle')] as [
    Element,
    Element,
    Element,
    Element,
    Element,
  ];
  const sources = (element: Element): (string | null)[] =>
    [...element.querySelectorAll('img')].map((image) => image.getAttribute('src'));

  it('turn the patch back by the predicted angle', () => {
    expect(rotation.querySelectorAll('img')[1]?.getAttribute('style')).toBe('transform:rotate(-90deg)');
    expect(textOf(rotation.querySelector('figcaption'))).toBe('wrong said 90°; was 270°');
  });

  it('assemble the jigsaw as predicted', () => {
    const [, assembled] = [...jigsaw.querySelectorAll('.grid')] as [Element, Element];
    // Piece 0 goes to place 2, piece 1 to place 0, piece 2 to place 1, piece 3 to place 3.
    expect(sources(assembled)).toEqual([1, 2, 0, 3].map(colouredPicture));
    expect(textOf(jigsaw.querySelector('figcaption'))).toBe('wrong 2 of 4 pieces in place');
  });

  it('mark truth and answer of the camouflage', () => {
    const cells = [...camouflage.querySelectorAll('.cell')];
    expect(cells.map(textOf)).toEqual(['', '', '', '', 'truth', '', '', 'answer', '']);
    expect(cells[4]?.classList.contains('is-right')).toBe(true);
    expect(cells[7]?.classList.contains('is-wrong')).toBe(true);
  });

  it('show what was seen, painted and true', () => {
    const [saw, painted, truth] = [...grey.querySelectorAll('.grid')].map(sources) as [string[], string[], string[]];
    expect([saw[5], painted[5], truth[5]]).toEqual([300, 310, 5].map(colouredPicture));
    expect([saw[0], painted[0], truth[0]]).toEqual([0, 0, 0].map(colouredPicture));
    expect(textOf(grey)).not.toContain('no pixels');
  });

  it('say if nothing can be painted', () => {
    expect([...blank.querySelectorAll('.labelled > span')].map(textOf)).toEqual(['what it saw', 'the truth']);
    expect(blank.querySelectorAll('.grid')[0]?.querySelectorAll('.hatched')).toHaveLength(3);
    expect(textOf(blank.querySelector('.lead'))).toContain('no pixels');
    expect(textOf(blank.querySelector('figcaption'))).toBe('Divergence 0.610');
  });
});

describe('captions', () => {
  const rowsOf = (table: Element): string[][] =>
    [...table.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => textOf(cell)));

  it('are scored beside the baseline, by score and by the facts that they state', () => {
    const part = page(fullReport()).querySelector('#captions');
    const [scores, facts] = part!.querySelectorAll('table');
    expect(rowsOf(scores!)).toEqual([
      ['written', '50.0', '40.0', '35.0', '30.0', '40.0', '123.4', '25.0'],
      ['baseline: nearest photograph', '35.0', '25.0', '20.0', '15.0', '40.0', '123.4', '25.0'],
    ]);
    expect(rowsOf(facts!)).toEqual([
      ['All', '50.0', '40.0', '50.0', '40.0'],
      ['Colour', '75.0', '40.0', '75.0', '40.0'],
      ['Type', '60.0', '40.0', '60.0', '40.0'],
      ['Pattern', '–', '40.0', '–', '40.0'],
      ['Part', '30.0', '40.0', '30.0', '40.0'],
    ]);
    expect(textOf(part!.querySelector('.lead'))).toContain('300 unseen photographs, written with 4 candidates');
  });

  it('are shown with their photographs, as text', () => {
    const examples = [...page(fullReport()).querySelectorAll('#captions .example')];
    expect(examples.map((example) => [...example.querySelectorAll('dd')].map(textOf))).toEqual([
      ['a red <b>dress</b>', 'red dress & belt', 'a blue dress'],
      ['no words', 'a hat'],
    ]);
    expect(examples[0]?.querySelector('img')?.getAttribute('src')).toBe(colouredPicture(30));
  });

  it('have neither facts nor a baseline where the data or the model have none', () => {
    const { evaluation, captions: _, ...others } = fullReport();
    const { facts: _facts, ...scores } = scoredCaptions(50);
    const captions = { captions: 1, beam: 1, ...scores };
    const part = page({ ...others, evaluation: { ...evaluation, captions } }).querySelector('#captions');
    expect(part?.querySelectorAll('tbody tr')).toHaveLength(1);
    expect(textOf(part)).toContain('the most likely piece each time');
    expect(part?.querySelector('.example')).toBeNull();
    const { captions: _written, ...without } = evaluation;
    expect(page({ ...others, evaluation: without }).querySelector('#captions')).toBeNull();
  });
});

describe('alignment', () => {
  const part = (data: ReportData) => page(data).querySelector('#alignment');

  it('is measured by level, beside chance and what is possible', () => {
    const measured = part(fullReport());
    expect([...measured!.querySelectorAll('tbody tr')].map((row) => [...row.children].map(textOf))).toEqual([
      ['Discriminants', '42.0', '41.0', '40.0'],
      ['Chance', '12.0', '11.0', '10.0'],
      ['Best possible', '92.0', '91.0', '90.0'],
    ]);
    expect(textOf(measured!.querySelector('.lead'))).toContain('1,200 words of unseen captions');
  });

  it('is drawn, pairs first and then what guided masking hides', () => {
    const drawn = [...part(fullReport())!.querySelectorAll('figure')].map((figure) =>
      [...figure.querySelectorAll('svg')].map((svg) => [...svg.querySelectorAll('text')].map(textOf)),
    );
    const levels = ['camouflaged', 'greyed', 'blanked'];
    expect(drawn).toEqual([
      [
        ['1', '2', 'red', '1', 'dress', '2'],
        [...levels, 'red', 'dress'],
      ],
      [
        ['1', '2', '<b>hat', '1', '& brim', '2'],
        [...levels, '<b>hat', '& brim'],
      ],
    ]);
  });

  it('is drawn without figures where the parts are unknown', () => {
    const { evaluation, alignment, ...others } = fullReport();
    const { alignment: _, ...unmeasured } = evaluation;
    const pictures = part({ ...others, evaluation: unmeasured, alignment: alignment! });
    expect(pictures?.querySelectorAll('table')).toHaveLength(0);
    expect(pictures?.querySelectorAll('svg')).toHaveLength(4);
    expect(part({ ...others, evaluation: unmeasured, alignment: [] })).toBeNull();
    expect(part({ ...others, evaluation })?.querySelectorAll('svg')).toHaveLength(0);
  });

  it('needs pictures that are embedded', () => {
    const { product, hidden } = alignedExample('red dress');
    const elsewhere = 'https://example.org/a.png';
    for (const example of [
      { product: { ...product, picture: elsewhere }, hidden },
      { product, hidden: { ...hidden, intruder: elsewhere } },
    ])
      expect(() => renderReport({ ...fullReport(), alignment: [example] })).toThrow(/must be a data: URI of an image/);
  });
});

describe('learning curves', () => {
  it('draw one plot per loss with named axes, the minimised one first', () => {
    const document = page(fullReport());
    expect([...document.querySelectorAll('.curve b')].map(textOf)).toEqual([
      'Loss minimised',
      'Rotation',
      'Grey to colour',
    ]);
    for (const plot of document.querySelectorAll('.curve')) {
      expect(textOf(plot)).toContain('steps');
      expect(textOf(plot)).toContain('loss (nats)');
    }
    expect(textOf(document.querySelector('.stage h3'))).toBe(
      'Pretrain 300 steps · 30 s · 118 examples/s · learning rate up to 5 × 10⁻⁴',
    );
  });

  it('show the number of values that are not finite', () => {
    const { metrics, ...rest } = fullReport();
    const broken = metrics.map((line, index) => ({
      ...line,
      losses: { loss: index < 2 ? 3 : Number.NaN, jigsaw: Number.NaN },
    }));
    const plots = [...page({ ...rest, metrics: broken }).querySelectorAll('.curve')];
    expect(textOf(plots[0]?.querySelector('.warning') ?? null)).toBe('28 logged values not finite, not drawn.');
    expect(textOf(plots[1] ?? null)).toBe('Jigsawno value 30 logged values not finite, not drawn.');
  });

  it('draw a run of one line, and thin a long one', () => {
    const { metrics, ...rest } = fullReport();
    expect(page({ ...rest, metrics: metrics.slice(0, 1) }).querySelectorAll('.curve circle')).toHaveLength(3);
    const line = metrics[0]!;
    const long = Array.from({ length: 5000 }, (_, step) => ({ ...line, step, losses: { loss: Math.sin(step) } }));
    const paths = [...page({ ...rest, metrics: long }).querySelectorAll('.curve [aria-label="line"] path')];
    expect(paths).toHaveLength(2);
    for (const path of paths) expect(path.getAttribute('d')?.split('L').length).toBeLessThanOrEqual(240);
  });
});

describe('skipped products', () => {
  it('are counted by kind of reason, with the first ids', () => {
    const [kinds] = page(fullReport()).querySelectorAll('#skipped table');
    const rows = [...kinds!.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => textOf(cell)));
    expect(rows).toEqual([
      ['52', 'has an empty caption', 'product-0'],
      ['1', 'has no image', 'product-7'],
    ]);
    // Outside the collapsed part.
    expect(kinds!.closest('details')).toBeNull();
  });

  it('are listed in twenty kinds at most', () => {
    const skippedKinds = Array.from({ length: 22 }, (_, index) => ({ kind: `kind ${index}`, count: 1, examples: [] }));
    const part = page({ ...fullReport(), skippedKinds }).querySelector('#skipped');
    expect(part?.querySelector('table')?.querySelectorAll('tbody tr')).toHaveLength(20);
    expect(textOf(part)).toContain('And 2 further reasons.');
  });

  it('are counted, and the first fifty are named', () => {
    const part = page(fullReport()).querySelector('#skipped');
    expect(textOf(part)).toContain('53 images and rows were left out');
    expect(part?.querySelectorAll('details tbody tr')).toHaveLength(50);
    expect(textOf(part)).toContain('And 3 more.');
  });
});
