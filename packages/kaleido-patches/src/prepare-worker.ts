import { parentPort, workerData } from 'node:worker_threads';
import { selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import { createExtractor } from './extractors/create-extractor.ts';
import { needsBackend } from './extractors/extractor-description.ts';
import { createForegroundFinder } from './foreground/create-foreground-finder.ts';
import { foregroundNeedsBackend } from './foreground/foreground-description.ts';
import { decodeImage } from './image/decode-image.ts';
import { type PrepareSteps, prepareBatch, type SourceImage } from './prepare-batch.ts';
import type { PrepareAnswer, PrepareWorkerData } from './prepare-messages.ts';

// The script of a worker thread of `prepareFeaturesParallel`: batches of image files in, half-precision vectors out.
const { extractor, foreground, backend } = workerData as PrepareWorkerData;
const port = parentPort!;

const start = async (): Promise<PrepareSteps> => {
  // Pixel features need no tensors, and a backend takes a while to start.
  if (needsBackend(extractor) || foregroundNeedsBackend(foreground)) await selectBackend({ prefer: backend });
  return {
    decode: decodeImage,
    foreground: await createForegroundFinder(foreground),
    extractor: await createExtractor(extractor),
  };
};

const steps = start();
// An error is reported with the first batch; until then it must not count as unhandled.
steps.catch(() => undefined);
let last: Promise<void> = Promise.resolve();

port.on('message', (images: readonly SourceImage[]) => {
  last = last.then(async () => {
    try {
      const batch = await prepareBatch(images, await steps);
      port.postMessage({ kind: 'prepared', batch } satisfies PrepareAnswer, [batch.values.buffer]);
    } catch (error) {
      // A KaleidoError is sent as its parts: a copy would lose its class and marker.
      if (!KaleidoError.isInstance(error)) throw error;
      const { source, problem, found, advice } = error;
      const details = {
        source,
        problem,
        ...(found === undefined ? {} : { found }),
        ...(advice === undefined ? {} : { advice }),
      };
      port.postMessage({ kind: 'failed', details } satisfies PrepareAnswer);
    }
  });
});
