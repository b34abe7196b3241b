import { describe, expect, it } from '@jest/globals';
import { featureParts } from './feature-parts.ts';

describe('the parts of a feature vector', () => {
  it('are those of the bundled model', () => {
    const extractor = {
      kind: 'joined',
      parts: [{ kind: 'pixels', size: 16 }, { kind: 'colours', cells: 0 }, { kind: 'edges' }],
    } as const;
    expect(featureParts(extractor, 896)).toEqual([
      { kind: 'pixels', start: 0, width: 768, size: 16 },
      { kind: 'colours', start: 768, width: 64, bins: 4 },
      { kind: 'edges', start: 832, width: 64, cells: 4, directions: 4 },
    ]);
  });

  it('are not told if they do not add up', () => {
    expect(featureParts({ kind: 'mobilenet-v2', scheme: 'pooled-map' }, 1280)).toHaveLength(1);
    expect(featureParts({ kind: 'mobilenet-v2', scheme: 'pooled-map' }, 64)).toEqual([]);
  });
});
