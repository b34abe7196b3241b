import { describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom';
import type { AblationRow, AblationTable } from '../index.ts';
import { renderAblation } from '../node.ts';

const row = (name: string, rest: Partial<AblationRow> = {}): AblationRow => ({
  name,
  title: name,
  runs: name,
  seeds: [1, 2, 3],
  values: {},
  ...rest,
});
const full = { mean: 480.4, standardDeviation: 6.25, bySeed: { 1: 474, 2: 480, 3: 487.2 } };
const table: AblationTable = {
  name: 'ablation <one>',
  description: 'Parts & pieces.',
  command: 'pnpm train ablation --recipe a.json',
  seeds: [1, 2, 3],
  reference: 'all',
  figures: [
    { key: 'sumR', title: 'SumR' },
    { key: 'words', title: 'Words' },
  ],
  groups: [
    {
      name: 'patches',
      variants: [
        row('grid', {
          paper: 276.97,
          values: {
            sumR: {
              mean: 460,
              standardDeviation: 5,
              bySeed: { 1: 455, 2: 460, 3: 465 },
              difference: -20.4,
              differenceDeviation: 3.1,
              withinSpread: false,
            },
          },
        }),
        row('all', { paper: 319.52, values: { sumR: full, words: { mean: 50, bySeed: { 2: 50 } } } }),
      ],
    },
    {
      name: 'tasks',
      variants: [
        row('none', {
          title: '<b>none</b>',
          values: {
            sumR: {
              mean: 478,
              standardDeviation: 5,
              bySeed: { 1: 474, 2: 482 },
              difference: -2.4,
              differenceDeviation: 2.8,
              withinSpread: true,
            },
          },
        }),
        row('five', { runs: 'all', values: { sumR: full } }),
      ],
    },
    { name: 'later', variants: [row('unrun', { seeds: [] })] },
  ],
  runs: { finished: 9, planned: 12 },
  unknown: 5,
};
const documentOf = (of: AblationTable): Document => parseHTML(renderAblation(of)).document as unknown as Document;
const textOf = (element: Element | null | undefined): string =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

describe('renderAblation', () => {
  const page = documentOf(table);

  it('has a table for each group that has runs, with deviations, marks and the paper', () => {
    expect([...page.querySelectorAll('.part h2')].map(textOf)).toEqual(['Patches', 'Tasks', 'Run it again']);
    const rows = [...page.querySelectorAll('#group-1 tbody tr')].map((one) => [...one.children].map(textOf));
    expect(rows).toEqual([
      ['grid 3 runs', '460.0−20.4 ± 3.1', '', '276.97'],
      ['all 3 runs', '480.4± 6.3', '50.01 of 3', '319.52'],
    ]);
    expect([...page.querySelectorAll('#group-2 tbody tr')].map((one) => [...one.children].map(textOf))).toEqual([
      ['<b>none</b> 3 runs', '≈ 478.0−2.4 ± 2.82 of 3'],
      ['five 3 runs, those of “all”', '480.4± 6.3'],
    ]);
    expect(page.querySelectorAll('td.within')).toHaveLength(1);
    expect(textOf(page.querySelector('.finished'))).toBe('9 of 12 runs finished, seeds 1, 2, 3');
    expect(textOf(page.querySelector('.notes'))).toContain('5 figures are unknown');
  });

  it('draws every figure of a group with its error bars, and says it in words', () => {
    const plots = [...page.querySelectorAll('#group-1 .curve')];
    expect(plots.map((plot) => textOf(plot.querySelector('figcaption')))).toEqual(['SumR', 'Words']);
    expect(plots[0]?.querySelector('[role=img]')?.getAttribute('aria-label')).toBe(
      'SumR: grid 460.0 ± 5.0; all 480.4 ± 6.3',
    );
    expect(page.querySelectorAll('#group-2 .curve')).toHaveLength(1);
    expect(renderAblation(table)).not.toMatch(/NaN|Infinity/);
  });

  it('is the same for the same table, escapes names, and loads nothing', () => {
    const markup = renderAblation(table);
    expect(renderAblation(table)).toBe(markup);
    expect(markup).toContain('<title>ablation &lt;one&gt;: ablation</title>');
    expect(markup).not.toContain('<b>none</b>');
    expect(markup).not.toMatch(/url\(|@import|<script|<link|<iframe|\son\w+=/i);
  });

  it('is a page before the first run too', () => {
    const none = documentOf({ ...table, figures: [], groups: [], runs: { finished: 0, planned: 12 }, unknown: 0 });
    expect([...none.querySelectorAll('.part h2')].map(textOf)).toEqual(['Run it again']);
  });
});
