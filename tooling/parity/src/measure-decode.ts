// Prints the peak memory growth of this process in megabytes while it decodes the file given as argument.
import { readFile } from 'node:fs/promises';
import { KaleidoError } from '@kaleido/foundation';
import { decodeImage } from '@kaleido/kaleido-patches/node';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const bytes = await readFile(process.argv[2] as string);
// Excludes the decoder's own memory from the measurement.
await decodeImage(Buffer.from(pixel, 'base64'), 'pixel');
const before = process.resourceUsage().maxRSS;
try {
  await decodeImage(bytes, 'the file');
} catch (error) {
  if (!KaleidoError.isInstance(error)) throw error;
}
console.log((process.resourceUsage().maxRSS - before) / 1024);
