import { expect, it } from '@jest/globals';
import { type FineTuneProgress, withProgress } from './progress.ts';

const features = (photographs: number): FineTuneProgress => ({ kind: 'features', of: 'train', photographs });

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

it('streams progress from the first event on, and gives the result', async () => {
  const run = withProgress(async (tell) => {
    for (let photographs = 1; photographs <= 3; photographs++) {
      tell(features(photographs));
      await new Promise((resolve) => setTimeout(resolve));
    }
    return 'result';
  });
  const all = [features(1), features(2), features(3)];
  expect(await allOf(run)).toEqual(all);
  expect(await run).toBe('result');
  // Also to those who come late.
  expect(await allOf(run)).toEqual(all);
});

it('throws what the work throws, in the stream and as the promise', async () => {
  const run = withProgress(async (tell): Promise<void> => {
    tell(features(1));
    throw new Error('no features');
  });
  const heard: FineTuneProgress[] = [];
  const listen = async (): Promise<void> => {
    for await (const progress of run) heard.push(progress);
  };
  await expect(listen()).rejects.toThrow('no features');
  await expect(run).rejects.toThrow('no features');
  expect(heard).toEqual([features(1)]);
});
