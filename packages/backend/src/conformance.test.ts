import { describe, expect, it } from '@jest/globals';
import { everyVariant, open, type Variant } from '../test/check-operation.ts';
import { tf } from './index.ts';

// The operations' tests lie beside them, and each runs over every variant that is not skipped here.
describe('the conformance suite', () => {
  for (const [variant, why] of Object.entries(everyVariant) as [Variant, string | undefined][]) {
    if (why !== undefined) it.skip(`runs on ${variant} (skipped: ${why})`, () => undefined);
    else
      it(`runs on ${variant}`, async () => {
        await open(variant);
        expect(tf.getBackend()).toBe(variant.split(',')[0]);
      });
  }
});
