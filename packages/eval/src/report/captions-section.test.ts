import { describe, expect, it } from '@jest/globals';
import { colouredPicture, fullReport, page, scoredCaptions, textOf } from '../../test/full-report.ts';

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
    expect(textOf(part)).toContain('the most likely piece each time, against');
    const blocked = { ...captions, blockNgram: 3 };
    expect(
      textOf(page({ ...others, evaluation: { ...evaluation, captions: blocked } }).querySelector('#captions')),
    ).toContain('the most likely piece each time, without a run of 3 word pieces twice, against');
    expect(part?.querySelector('.example')).toBeNull();
    const { captions: _written, ...without } = evaluation;
    expect(page({ ...others, evaluation: without }).querySelector('#captions')).toBeNull();
  });
});
