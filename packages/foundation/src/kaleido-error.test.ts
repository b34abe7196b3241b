import { describe, expect, it, jest } from '@jest/globals';
import { KaleidoError } from './kaleido-error.ts';

describe('KaleidoError', () => {
  it('says what was wrong, the value found, what to do', () => {
    const error = new KaleidoError({
      source: 'model',
      problem: 'the width must be a multiple of the heads',
      found: 130,
      advice: 'use 128',
    });
    expect(error.message).toBe('@kaleido/model: the width must be a multiple of the heads, found 130; use 128');
    expect(error).toMatchObject({
      name: 'KaleidoError',
      source: 'model',
      problem: 'the width must be a multiple of the heads',
      found: 130,
      advice: 'use 128',
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain('kaleido-error.test');
  });

  it('leaves out missing parts', () => {
    const error = new KaleidoError({ source: 'data', problem: 'the folder is empty' });
    expect(error.message).toBe('@kaleido/data: the folder is empty');
    expect('cause' in error).toBe(false);
  });

  const ring: { self?: unknown } = {};
  ring.self = ring;
  it.each<[unknown, string]>([
    ['a "word"', '"a \\"word\\""'],
    [Number.NaN, 'NaN'],
    [-0.5, '-0.5'],
    [2n ** 60n, '1152921504606846976'],
    [null, 'null'],
    [[1, 2], '[1,2]'],
    [Symbol('s'), 'Symbol(s)'],
    [ring, '[object Object]'],
    [{ bytes: 1n }, '[object Object]'],
    ['x'.repeat(300), `"${'x'.repeat(199)}...`],
  ])('shows the value %p', (found, shown) => {
    expect(new KaleidoError({ source: 'data', problem: 'wrong', found }).message).toBe(
      `@kaleido/data: wrong, found ${shown}`,
    );
  });

  it('keeps its cause', () => {
    const cause = new TypeError('inner');
    expect(new KaleidoError({ source: 'data', problem: 'wrong', cause }).cause).toBe(cause);
  });

  it('is recognised across copies of the package', async () => {
    jest.resetModules();
    const copy = await import('./kaleido-error.ts');
    expect(copy.KaleidoError).not.toBe(KaleidoError);
    const foreign = new copy.KaleidoError({ source: 'data', problem: 'wrong' });
    expect(foreign).not.toBeInstanceOf(KaleidoError);
    expect(KaleidoError.isInstance(foreign)).toBe(true);
  });

  it.each([[new Error('wrong')], [{ name: 'KaleidoError' }], ['KaleidoError'], [null], [undefined]])(
    'does not recognise %p as one',
    (other) => {
      expect(KaleidoError.isInstance(other)).toBe(false);
    },
  );
});
