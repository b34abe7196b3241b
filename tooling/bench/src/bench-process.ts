// The process of one backend: receives its job as a message, answers with each part of the figures, then exits.
import { KaleidoError } from '@kaleido/foundation';
import type { FiguresPart } from './figures.ts';
import { type BenchJob, measureBackend } from './measure-backend.ts';

export type BenchMessage = { readonly part: FiguresPart } | { readonly error: string } | { readonly done: true };

function send(message: BenchMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

// The parent process has ended, so the figures are unused.
process.once('disconnect', () => process.exit());

process.once('message', async (job: BenchJob) => {
  try {
    await measureBackend(job, (part) => void send({ part }));
    await send({ done: true });
  } catch (error) {
    await send({ error: messageOf(error, job) });
  }
  // A backend's own threads would keep the process alive.
  process.exit();
});

function messageOf(error: unknown, { backend }: BenchJob): string {
  const typed = KaleidoError.isInstance(error)
    ? error
    : new KaleidoError({
        source: 'bench',
        problem: `${backend} gave up`,
        found: error instanceof Error ? error.message : String(error),
        advice: 'take a smaller --batch or --preset where its memory ended',
        cause: error,
      });
  return typed.message.replaceAll(/\s*\n\s*/g, ' ');
}
