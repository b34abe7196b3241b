import { loadImage } from '../parts/load-image.ts';

/** Longest wait for an idle moment in milliseconds, so that a busy page or a hidden one goes on too. */
const patience = 200;

/** Milliseconds for one drawing, which takes about ten. */
const longest = 10_000;

/** As the atelier writes it, in the first tag. */
const ownSize = /width="\d+" height="\d+"/;

let line: Promise<unknown> = Promise.resolve();

/**
 * Draws an SVG as pixels, which workers cannot: one at a time, in idle moments, so that the page answers at once.
 * @param side of a square picture, instead of its own
 * @throws Error for an SVG that the browser does not draw
 */
export function rasterise(svg: string, side?: number): Promise<ImageBitmap> {
  const drawn = line.then(async () => {
    await idle();
    return draw(side === undefined ? svg : svg.replace(ownSize, `width="${side}" height="${side}"`));
  });
  line = drawn.catch(() => undefined);
  return drawn;
}

async function draw(svg: string): Promise<ImageBitmap> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    return await inTime(
      loadImage(address).then((image) => createImageBitmap(image)),
      longest,
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** What the browser never finishes must not hold up all that follows. */
function inTime<Value>(value: Promise<Value>, milliseconds: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The browser did not draw this picture in time.')), milliseconds);
    value.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: patience });
    else setTimeout(resolve);
  });
}
