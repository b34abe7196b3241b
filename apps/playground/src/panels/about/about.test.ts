import { describe, expect, it } from '@jest/globals';
import { browserName } from './machine.ts';
import { reportText } from './report.ts';

describe('browserName', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome 140',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge 140',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox 143'],
    ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15', 'Safari 26'],
    ['curl', 'a browser without a known name'],
  ])('of %s', (agent, name) => {
    expect(browserName(agent)).toBe(name);
  });
});

describe('reportText', () => {
  it('has a line for each fact, known or not', () => {
    const nothing = { report: undefined, machine: undefined, memory: undefined, speed: undefined };
    const speed = { passMilliseconds: 12.34, pairsPerSecond: 1234.5 };
    const memory = { tensors: 1200, bytes: 8_250_000 };
    const empty = reportText(nothing).split('\n');
    const full = reportText({ ...nothing, speed, memory }).split('\n');
    expect(full).toHaveLength(empty.length);
    expect(full.find((line) => line.startsWith('One pass'))).toMatch(/ {2}12\.3 ms$/);
    expect(full.find((line) => line.startsWith('Pairs'))).toMatch(/ {2}1,23[45]$/);
    expect(full.find((line) => line.startsWith('Their size'))).toMatch(/ {2}8\.3 MB$/);
    expect(empty.find((line) => line.startsWith('One pass'))).toMatch(/ {2}–$/);
  });
});
