import { KaleidoError, type KaleidoErrorDetails } from '@kaleido/foundation';

/** The one message from a child process to its parent. */
export type ChildMessage = { readonly answer: unknown } | { readonly error: KaleidoErrorDetails };

/** In a child process: sends the parent what the function returned or threw; the parent then ends this process. */
export async function answerParent(run: () => unknown): Promise<void> {
  // If the parent is gone, nothing is left to answer.
  process.once('disconnect', () => process.exit());
  process.send?.(await messageOf(run));
}

async function messageOf(run: () => unknown): Promise<ChildMessage> {
  try {
    return { answer: await run() };
  } catch (error) {
    if (!KaleidoError.isInstance(error)) return { error: { source: 'backend', problem: String(error) } };
    const { source, problem, found, advice } = error;
    return { error: { source, problem, found, ...(advice === undefined ? {} : { advice }) } };
  }
}
