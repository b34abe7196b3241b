// Prints how many megabytes this process grows at most while it tries to decode the file that its argument names.
import { readFile } from 'node:fs/promises';
import { KaleidoError } from '@kaleido/foundation';
import { decodeImage } from '@kaleido/kaleido-patches/node';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const bytes = await readFile(process.argv[2] as string);
// What the decoder takes for itself is not the picture's.
await decodeImage(Buffer.from(pixel, 'base64'), 'pixel');
const before = process.resourceUsage().maxRSS;
try {
  await decodeImage(bytes, 'the file');
} catch (error) {
  if (!KaleidoError.isInstance(error)) throw error;
}
console.log((process.resourceUsage().maxRSS - before) / 1024);
