import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KaleidoError } from '@kaleido/foundation';
import type { ReadMessage } from './read-process.ts';
import type { ReadingFigures, ReadingOptions } from './read-products.ts';

/** A process of Node 20 cannot run TypeScript, which tests do. */
const script = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/data/read-process.js' : './read-process.js', import.meta.url),
);

/** Reads products in a process of its own, so that its memory is that of the reading. @throws KaleidoError if it fails */
export function runReading(options: ReadingOptions): Promise<ReadingFigures> {
  return new Promise((resolve, reject) => {
    const child = fork(script);
    const failed = (found: string): void =>
      reject(new KaleidoError({ source: 'bench', problem: `${options.path} could not be read`, found }));
    child.once('message', (message: ReadMessage) => {
      if ('figures' in message) resolve(message.figures);
      else failed(message.error);
    });
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code, signal) => failed(`the process ended with ${signal ?? code}`));
    child.send(options);
  });
}
