import { expect, it } from '@jest/globals';
import { count, decimal, duration, moment, percent, significant, wordsOf } from './format.ts';

it.each([
  [decimal(-1.25, 1), '−1.3'],
  [decimal(Number.NaN), '–'],
  [percent(25), '25\u00a0%'],
  [percent(100 / 24), '4.2\u00a0%'],
  [significant(0), '0.000'],
  [significant(0.00012), '1.2e−4'],
  [significant(-12.34), '−12.3'],
  [significant(1234), '1234'],
  [count(1_204_992), '1,204,992'],
  [duration(0.84), '0.8 s'],
  [duration(9.96), '10 s'],
  [duration(59.7), '1 min 00 s'],
  [duration(65), '1 min 05 s'],
  [duration(3599.6), '1 h 00 min'],
  [duration(7330), '2 h 02 min'],
  [moment('2026-05-03T14:20:11.000Z'), '3 May 2026, 14:20 UTC'],
  [moment('yesterday'), 'yesterday'],
  [wordsOf('greyToColour'), 'Grey to colour'],
])('formats %s', (text, expected) => {
  expect(text).toBe(expected);
});
