import { expect, it } from '@jest/globals';
import { resultList } from './result-list.ts';

it('is a line for each product, whatever its caption holds', () => {
  const hit = (id: string, caption?: string) => ({
    score: 0.5,
    product: { id, ...(caption === undefined ? {} : { caption }) },
  });
  const lines = resultList({
    hits: [hit('a', 'a red\r\n\n dress'), hit('long', '👗'.repeat(80)), hit('b', '\u001b[2J\u0007gone'), hit('none')],
    compared: 4,
    notes: ['the model cannot read "\u001b": left out'],
  });
  expect(lines.split('\n')).toEqual([
    '1   0.500  a     a red dress',
    `2   0.500  long  ${'👗'.repeat(69)}...`,
    '3   0.500  b     ?[2J?gone',
    '4   0.500  none',
    'note: the model cannot read "?": left out',
  ]);
  expect(resultList({ hits: [], compared: 0, notes: [] })).toBe('nothing found');
});
