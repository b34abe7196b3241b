import { describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom';
import { colouredPicture, fullReport, textOf } from '../../test/full-report.ts';
import { type FullRetrievalFigures, firstStage, recognitionDetails, twoStageFigures } from '../index.ts';
import { type RecognitionPage, type RetrievalPage, renderRecognition, renderRetrieval } from '../node.ts';

const frame = {
  measuredAt: '2026-05-03T14:20:11.000Z',
  facts: [['Data', 'a shop <1>']],
  notes: ['Read this & that.'],
  command: 'pnpm evaluate',
} as const;
const documentOf = (markup: string): Document => parseHTML(markup).document as unknown as Document;
const rowsOf = (table: Element | null | undefined): string[][] =>
  [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) => [...row.children].map(textOf));

/** Items of so many classes, each taken for the next one now and then. */
function recognised(classes: number, items: number) {
  const names = Array.from({ length: classes }, (_, at) => `class ${at}`);
  const logits = new Float32Array(items * classes);
  for (let item = 0; item < items; item++)
    logits[item * classes + ((item + (item % 7 === 0 ? 1 : 0)) % classes)] = 2 + item / items;
  return recognitionDetails({
    truth: Array.from({ length: items }, (_, item) => names[item % classes]),
    logits,
    classes: names,
  });
}

function expectSelfContained(markup: string): void {
  expect(markup).not.toMatch(/url\(|@import|<script|<link|<iframe|\son\w+=|src="(?!data:image)/i);
  expect(markup).not.toMatch(/NaN|Infinity|undefined/);
}

describe('renderRecognition', () => {
  const details = recognised(3, 21);
  const data: RecognitionPage = {
    ...frame,
    heading: 'Recognition',
    description: '',
    measured: [
      {
        field: 'baseColour',
        inputs: 'image',
        details,
        failures: [
          {
            ...{
              id: '<i>7',
              picture: colouredPicture(7),
              caption: 'a <b>red</b> hat',
              truth: 'class 1',
              answer: 'class 2',
            },
            ...{ confidence: 0.912, confidenceOfTruth: 0.04 },
          },
          { id: '8', picture: undefined, caption: '', truth: 'a', answer: 'b', confidence: 0.5, confidenceOfTruth: 0 },
        ],
      },
      { field: 'baseColour', inputs: 'both', details: recognised(3, 22), failures: [] },
      { field: 'type', inputs: 'image', details: recognised(100, 1000), failures: [] },
    ],
  };
  const page = documentOf(renderRecognition(data));

  it('has the figures of each classifier beside the commonest class', () => {
    expect([...page.querySelectorAll('.part h2')].map(textOf)).toEqual([
      'Figures',
      'Base colour',
      'Type',
      'Protocol',
      'Run it again',
    ]);
    const rows = rowsOf(page.querySelector('#figures table'));
    expect(rows.map(([first]) => first)).toEqual([
      'Base colour',
      'picture and caption',
      'nothing: always “class 0”',
      'Type',
      'nothing: always “class 0”',
    ]);
    expect(rows[0]).toEqual([
      'Base colour',
      'picture alone',
      ...[details.accuracy, details.macroF1, details.macroF1AllClasses, details.f1OfMeans].map((value) =>
        value.toFixed(1),
      ),
      details.meanAveragePrecision?.toFixed(1),
      '21',
      '3',
    ]);
    expect([...page.querySelectorAll('.card .remark')].map(textOf)[0]).toBe('commonest class 33.3 %');
  });

  it('draws rows of 100 %, with the shares in the cells of few classes', () => {
    const [few, , many] = [...page.querySelectorAll('.matrix')];
    const titles = [...few!.querySelectorAll('g[aria-label=cell] title')].map(textOf);
    const shares = new Map<string, number>();
    for (const title of titles) {
      const [, truth = '', count, of] = /^(class \d) → class \d: (\d+) of (\d+), /.exec(title) ?? [];
      shares.set(truth, (shares.get(truth) ?? 0) + Number(count) / Number(of));
    }
    expect([...shares.keys()].sort()).toEqual(['class 0', 'class 1', 'class 2']);
    for (const sum of shares.values()) expect(sum).toBeCloseTo(1, 9);
    expect(titles).toHaveLength(details.confusions.length);
    expect(textOf(few!.querySelector('g[aria-label=text] text'))).toBe('86class 0 → class 0: 6 of 7, 85.7 %');
    expect(few?.querySelector('[role=img]')?.getAttribute('aria-label')).toBe(
      'Confusion matrix of 3 classes: 18 of 21 are right. The largest confusions are listed beside it.',
    );
    expect(many?.querySelectorAll('g[aria-label=text]')).toHaveLength(0);
    expect([...many!.querySelectorAll('[aria-label="y-axis tick label"] text')]).toHaveLength(100);
  });

  it('merges the rarest of very many classes, so that no item is lost', () => {
    const measured = [{ field: 'sku', inputs: 'text', details: recognised(300, 700), failures: [] }] as const;
    const matrix = documentOf(renderRecognition({ ...data, measured })).querySelector('.matrix');
    const names = [...matrix!.querySelectorAll('[aria-label="y-axis tick label"] text')].map(textOf);
    expect(names).toHaveLength(120);
    expect(names.at(-1)).toBe('181 rarer classes');
    const counted = [...matrix!.querySelectorAll('g[aria-label=cell] title')].map((title) =>
      Number(/: (\d+) of /.exec(textOf(title))?.[1]),
    );
    expect(counted.reduce((sum, count) => sum + count)).toBe(700);
    expect(matrix?.querySelector('[role=img]')?.getAttribute('aria-label')).toMatch(
      /^Confusion matrix of 300 classes: 600 of 700 are right\. /,
    );
    // The rarest are taken for each other too.
    const cells = (colour: string): string[] =>
      [...matrix!.querySelectorAll(`g[aria-label=cell][fill="var(--${colour})"] title`)].map(textOf);
    expect(cells('right')).toHaveLength(119);
    expect(cells('wrong').filter((title) => title.startsWith('181 rarer classes → 181 rarer classes: '))).toEqual([
      expect.stringMatching(/ %; \d+ right$/),
    ]);
  });

  it('lists the largest confusions, every class, and failures with pictures', () => {
    const part = page.querySelector('#field-1');
    const [confusions, classes] = [...part!.querySelectorAll('table')];
    const wrong = details.confusions.filter(({ truth, answer }) => truth !== answer);
    expect(rowsOf(confusions).map((row) => row.slice(0, 3))).toEqual(
      wrong.map(({ truth, answer, count }) => [truth, answer, String(count)]),
    );
    expect(rowsOf(classes).map(([name, support]) => [name, support])).toEqual(
      details.perClass.map(({ name, support }) => [name, String(support)]),
    );
    const [first, second] = [...part!.querySelectorAll('.failure')];
    expect([...first!.querySelectorAll('dd')].map(textOf)).toEqual(['class 2 91.2 %', 'class 1 4 %']);
    expect(first?.querySelector('img')?.getAttribute('src')).toBe(colouredPicture(7));
    expect(textOf(first?.querySelector('.caption'))).toBe('a <b>red</b> hat');
    expect(textOf(second?.querySelector('.view'))).toBe('no picture');
  });

  it('is one file, the same for the same data, and refuses pictures that are elsewhere', () => {
    const markup = renderRecognition(data);
    expect(renderRecognition(data)).toBe(markup);
    expectSelfContained(markup);
    expect([...page.querySelectorAll('#protocol dt, #protocol dd')].map(textOf)).toEqual(['Data', 'a shop <1>']);
    const [one] = data.measured;
    const failures = [{ ...one!.failures[0]!, picture: 'https://example.org/a.png' }];
    expect(() => renderRecognition({ ...data, measured: [{ ...one!, failures }] })).toThrow(/must be a data: URI/);
  });
});

describe('renderRetrieval', () => {
  const [example] = fullReport().retrievalExamples;
  const ranked = example!.ranked.map((candidate) => ({ ...candidate, right: false }));
  const failure = { ...example!, direction: 'text-to-image', ranked, rank: 41, candidates: 101 } as const;
  const positive = { picture: colouredPicture(99), caption: 'the right one' };
  const lists: RetrievalPage = {
    ...frame,
    heading: 'Retrieval in lists',
    description: '',
    dataSet: 'a shop, validation',
    measured: { kind: 'lists', retrieval: fullReport().evaluation.retrieval!, candidates: 101 },
    failures: [{ ...failure, positive }],
  };

  it('puts published figures beside, with their protocol, and claims nothing', () => {
    const page = documentOf(renderRetrieval(lists));
    const part = page.querySelector('#published');
    const rows = rowsOf(part?.querySelector('table'));
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ['This run', 'a shop, validation', '101', '200 + 200, 2 times'],
      ...['MVLT', 'FashionViL', 'FAME-ViL', 'UniFashion'].map((name) => [name, 'Fashion-Gen', '101', 'its own lists']),
    ]);
    // As evaluation papers print them.
    expect(rows[1]?.slice(4)).toEqual(['33.1', '77.2', '91.1', '34.6', '78.0', '89.5', '403.5']);
    expect(textOf(part?.querySelector('.lead'))).toContain('from R@k alone, none of these rows is better than another');
    expectSelfContained(renderRetrieval(lists));
    expect(renderRetrieval(lists)).toBe(renderRetrieval(lists));
  });

  it('shows the right candidate behind the best ones, with its own rank', () => {
    const shown = documentOf(renderRetrieval(lists)).querySelector('#failures .retrieval');
    expect(shown?.querySelectorAll('li')).toHaveLength(11);
    const right = shown?.querySelector('li.right');
    expect(right?.querySelector('img')?.getAttribute('src')).toBe(colouredPicture(99));
    expect(textOf(right?.querySelector('.place'))).toBe('41');
    expect(textOf(shown?.querySelector('.rank'))).toBe('Rank 41 of 101 pictures');
    const among = { ...failure, rank: 3, ranked: ranked.map((one, at) => ({ ...one, right: at === 2 })), positive };
    const other = documentOf(renderRetrieval({ ...lists, failures: [among] })).querySelector('#failures');
    expect(other?.querySelectorAll('li')).toHaveLength(10);
  });

  const fullRetrieval: FullRetrievalFigures = (() => {
    const n = 30;
    const first = firstStage({
      queries: n,
      candidates: n,
      scoresOf: (query) => Array.from({ length: n }, (_, at) => -Math.abs(at - query) + (at === query ? -2.5 : 0)),
      rightOf: (query) => [query],
      best: 12,
    });
    const second = Float32Array.from(first.kept, (candidate, at) => (candidate === Math.floor(at / 12) ? 1 : 0));
    const stages = { first, second };
    return {
      ...twoStageFigures({ imageToText: stages, textToImage: stages }, 0.5),
      ...{
        weightChosenOn: '400 queries among 30 products that training has not seen',
        pairs: 12_345,
        pairsPerSecond: 1234.4,
      },
      seconds: { embeddings: 1, firstStage: 0.1, secondStage: 10 },
    };
  })();

  it('has both stages, the ceiling, the cost and the curve of a full set', () => {
    const full = { ...lists, measured: { kind: 'full', fullRetrieval } } as const;
    const markup = renderRetrieval(full);
    const page = documentOf(markup);
    const rows = rowsOf(page.querySelector('#figures table'));
    expect(rows.map(([name]) => name)).toEqual([
      'Two stages match score weighs 0.50',
      'First stage alone embeddings',
      'Matching head alone in the second stage',
      'Chance',
    ]);
    expect(rows[0]?.slice(1, 6)).toEqual(['100.0', '100.0', '100.0', '1.000', '1']);
    expect(rows[3]?.[1]).toBe('3.3');
    expect(rows[3]?.at(-1)).toBe(((2 * 100 * (1 + 5 + 10)) / 30).toFixed(1));
    expect(textOf(page.querySelector('#figures .lead'))).toContain(
      'chosen on 400 queries among 30 products that training has not seen',
    );
    const curve = page.querySelector('#curve');
    expect(rowsOf(curve?.querySelector('table')).map(([best]) => best)).toEqual(['0', '5', '10', '12']);
    expect(textOf(curve?.querySelector('.lead'))).toContain('12,345 pairs in 10 s, 1,234 pairs/s');
    expect(curve?.querySelectorAll('svg')).toHaveLength(2);
    expect(rowsOf(page.querySelector('#published table'))[0]?.slice(2, 4)).toEqual(['all 30', '30 + 30']);
    expectSelfContained(markup);
  });

  it('draws a curve that is flat', () => {
    const [first] = fullRetrieval.curve;
    const curve = [first!, { ...first!, best: 12 }];
    expectSelfContained(
      renderRetrieval({ ...lists, measured: { kind: 'full', fullRetrieval: { ...fullRetrieval, curve } } }),
    );
  });
});
