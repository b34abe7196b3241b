// The process of one reading: receives what to read as a message, answers with the figures, then exits.
import { type ReadingFigures, type ReadingOptions, readProducts } from './read-products.ts';

export type ReadMessage = { readonly figures: ReadingFigures } | { readonly error: string };

// The parent process has ended, so the figures are unused.
process.once('disconnect', () => process.exit());

process.once('message', async (options: ReadingOptions) => {
  const answer: ReadMessage = await readProducts(options).then(
    (figures) => ({ figures }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  process.send?.(answer, undefined, undefined, () => process.exit());
});
