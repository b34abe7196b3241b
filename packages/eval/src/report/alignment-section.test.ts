import { describe, expect, it } from '@jest/globals';
import { alignedExample, fullReport, page, textOf } from '../../test/full-report.ts';
import { renderReport } from './render-report.ts';
import type { ReportData } from './report-data.ts';

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
