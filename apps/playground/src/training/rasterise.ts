/** Longest wait for an idle moment in milliseconds, so that a busy page or a hidden one goes on too. */
const patience = 200;

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
    const image = new Image();
    image.src = address;
    await image.decode();
    return await createImageBitmap(image);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: patience });
    else setTimeout(resolve);
  });
}
