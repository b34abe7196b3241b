import { rasterise } from './rasterise.ts';
import type { ClassExample } from './teaching-events.ts';

let line: Promise<unknown> = Promise.resolve();

/**
 * An example as small pixels, one at a time: the decoder holds one photograph.
 * @throws for a file that the browser does not decode
 */
export function examplePixels(example: ClassExample, side: number): Promise<ImageBitmap> {
  if (example.kind === 'drawn') return rasterise(example.svg, side);
  const { file } = example;
  const drawn = line.then(() => createImageBitmap(file, { resizeHeight: side, imageOrientation: 'from-image' }));
  line = drawn.catch(() => undefined);
  return drawn;
}
