import { describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom';
import {
  alignedExample,
  alignmentFigures,
  colouredPicture,
  fullReport,
  page,
  textOf,
  titles,
} from '../../test/full-report.ts';
import { renderReport } from './render-report.ts';

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
