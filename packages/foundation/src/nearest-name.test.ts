import { describe, expect, it } from '@jest/globals';
import { didYouMean, nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['evalution', 'evaluation'],
    ['Seed', 'seed'],
    ['contrastve', 'contrastive'],
    ['see', 'seed'],
    ['hardnegatives', 'hardNegatives'],
  ])('takes %s for %s', (name, meant) => {
    expect(nearestName(name, ['seed', 'evaluation', 'contrastive', 'hardNegatives', 'data'])).toBe(meant);
  });

  it('finds nothing near an unrelated word', () => {
    expect(nearestName('colour', ['seed', 'data', 'stages'])).toBeUndefined();
    expect(nearestName('seed', [])).toBeUndefined();
    expect(didYouMean('colour', ['seed'])).toBe('');
    expect(didYouMean('sed', ['seed'])).toBe('did you mean "seed"?');
  });
});
