import { expect, it } from '@jest/globals';
import { formatLink, formatLinkShort } from './format-link.ts';

it('links are confidences, shares or signed numbers', () => {
  expect([0, 0.641, 1].map((value) => formatLink('alignment', value))).toEqual(['–', '0.64', '1.00']);
  expect([0, 0.00001, 0.0004, 0.0251, 0.34].map((value) => formatLink('words-look', value))).toEqual([
    '0 %',
    '< 0.01 %',
    '0.04 %',
    '2.5 %',
    '34 %',
  ]);
  expect([0.001, 0.126, -0.126].map((value) => formatLink('naming', value))).toEqual(['0', '+0.13', '−0.13']);
  expect(formatLinkShort('patches-look', 0.0251)).toBe('2.5');
});
