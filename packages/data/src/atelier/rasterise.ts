import { Resvg } from '@resvg/resvg-js';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, rows from the top. */
  readonly pixels: Uint8Array;
}

/** PNG bytes of an SVG at its own size. The SVGs have no text, so fonts are not loaded. */
export function rasterise(svg: string): Uint8Array {
  return new Uint8Array(render(svg).asPng());
}

/** The pixels of an SVG at its own size. */
export function rasterisePixels(svg: string): Pixels {
  const image = render(svg);
  return { width: image.width, height: image.height, pixels: new Uint8Array(image.pixels) };
}

function render(svg: string): ReturnType<Resvg['render']> {
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render();
}
