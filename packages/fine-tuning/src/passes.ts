/** Items per pass without gradients: enough to keep the backend busy, at ten megabytes of activations or so. */
const itemsPerPass = 32;

/**
 * The rows of items, in groups for one pass without gradients. Between two passes a page draws, and events arrive, among
 * them the one that aborts the signal: on some backends a pass is computed without a break.
 * @throws the signal's reason
 */
export async function* passes(count: number, signal: AbortSignal | undefined): AsyncGenerator<number[]> {
  for (let from = 0; from < count; from += itemsPerPass) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    yield Array.from({ length: Math.min(itemsPerPass, count - from) }, (_, at) => from + at);
  }
}
