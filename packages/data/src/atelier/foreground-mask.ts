import type { ImageTruth } from './open-atelier.ts';
import { rasterisePixels } from './rasterise.ts';

/** Which pixels of a picture belong to the garment. */
export interface ForegroundMask {
  readonly width: number;
  readonly height: number;
  /** 1 in the garment, 0 outside; rows from the top. */
  readonly data: Uint8Array;
}

/** Rasterises the garment alone; a pixel belongs to it if the garment covers at least half of it (alpha >= 128). */
export function foregroundMask(truth: Pick<ImageTruth, 'foreground'>): ForegroundMask {
  const { width, height, pixels } = rasterisePixels(truth.foreground);
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = (pixels[4 * i + 3] as number) >= 128 ? 1 : 0;
  return { width, height, data };
}
