import { expect, it } from '@jest/globals';
import type { PairedComparison } from '@kaleido/eval';
import { runExample } from './run-example.ts';

it('compare-two-checkpoints finds the better one, with an interval', async () => {
  const [[compared], [verdict]] = (await runExample(() => import('../compare-two-checkpoints.ts'))) as [
    [PairedComparison],
    [string],
  ];
  const { items, means, difference, interval, wins } = compared;
  expect(items).toBe(200);
  expect(difference).toBeCloseTo((wins.second - wins.first) / items, 10);
  expect(means[1] - means[0]).toBeCloseTo(difference, 10);
  expect(means[1]).toBeGreaterThan(0.6);
  expect(interval[0]).toBeLessThan(difference);
  expect(interval[1]).toBeGreaterThan(difference);
  expect(verdict).toBe(
    interval[0] > 0 ? 'they differ on such products' : 'no difference is shown: 0 is in the interval',
  );
  expect(difference).toBeGreaterThan(0);
});
