import { describe, expect, it } from '@jest/globals';
import { rankOf } from './exam.ts';

describe('the place of a caption', () => {
  it('counts those that are at least as similar', () => {
    expect(rankOf([0.9, 0.1, 0.5], 0)).toBe(1);
    expect(rankOf([0.9, 0.1, 0.5], 1)).toBe(3);
    expect(rankOf([0.5, 0.5, 0.5], 1)).toBe(3);
  });
});
