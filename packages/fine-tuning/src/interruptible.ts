import type { BatchSource } from '@kaleido/training';

/** Milliseconds that a program or a page may stand still, about three frames of a page. */
const mostStill = 50;

/**
 * A batch source that lets events arrive between steps, which some backends compute without a break, and that obeys a
 * signal: its batches then throw the signal's reason.
 */
export function interruptible<Batch>(source: BatchSource<Batch>, signal: AbortSignal | undefined): BatchSource<Batch> {
  let last = performance.now();
  return {
    ...source,
    async batch(step, microBatch) {
      if (performance.now() - last > mostStill) {
        await new Promise((resolve) => setTimeout(resolve));
        last = performance.now();
      }
      signal?.throwIfAborted();
      return source.batch(step, microBatch);
    },
  };
}
