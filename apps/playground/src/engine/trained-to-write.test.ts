import { expect, it } from '@jest/globals';
import { isTrainedToWrite } from './trained-to-write.ts';

it.each([
  [undefined, false],
  ['{"stages": [{"objectives": {"words": {}}}, {"objectives": {"words": {}, "captioning": {"batchSize": 8}}}]}', true],
  // A fine-tuning of its own makes another model.
  ['{"stages": [{"objectives": {"words": {}}}], "captioning": {"steps": 10}}', false],
  ['{}', false],
  ['null', false],
  ['[1', false],
  ['{"stages": 3}', false],
  ['{"stages": [{"objectives": null}]}', false],
])('%s', (recipe, writes) => {
  expect(isTrainedToWrite(recipe)).toBe(writes);
});
