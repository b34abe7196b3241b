import { describe, expect, it } from '@jest/globals';
import { selectBackend } from '@kaleido/backend';
import { foregroundQuality } from './foreground-quality.ts';
import { qualityTable } from './quality-table.ts';

describe('qualityTable', () => {
  it('puts rows of the same figures under one heading', () => {
    const table = qualityTable([
      { data: 'a', finder: 'network', figures: { iou: 0.98765, count: 12 } },
      { data: 'b', finder: 'speed', figures: { 'images/s': 315.42 } },
      { data: 'longer', finder: 'u2net', figures: { iou: 0.5, count: 3 } },
    ]);
    expect(table).toBe(
      [
        'data    what       iou  count',
        'a       network  0.988     12',
        'longer  u2net    0.500      3',
        '',
        'data  what   images/s',
        'b     speed     315.4',
      ].join('\n'),
    );
  });
});

describe('foregroundQuality', () => {
  it('measures every finder on unseen photographs of the atelier', async () => {
    await selectBackend({ prefer: 'wasm' });
    const rows = await foregroundQuality({
      data: [],
      split: 'validation',
      most: 1,
      atelier: 6,
      seed: 1,
      onMessage: () => undefined,
    });
    expect(rows.map(({ finder }) => finder)).toEqual(['u2net', 'network', 'background-colour']);
    const own = rows.find(({ finder }) => finder === 'network');
    expect(Object.keys(own!.figures)).toEqual(['iou.studio', 'iou.coloured', 'iou.cluttered', 'iou.all']);
    // Six photographs; the figures of hundreds are in docs/patches.md.
    expect(own!.figures['iou.all']).toBeGreaterThan(0.85);
  });
});
