import { writeWhole } from '@kaleido/foundation/node';
import { drawPatches, type ForegroundDescription, kaleidoPatches } from '@kaleido/kaleido-patches';
import { createForegroundFinder } from '@kaleido/kaleido-patches/node';
import sharp, { type OverlayOptions } from 'sharp';
import { photographs } from './photographs.ts';

export interface ContactSheetOptions {
  readonly data: string;
  readonly split: string;
  readonly finder: 'network' | 'u2net' | 'background-colour';
  readonly count: number;
  /** Draws one of this many photographs. */
  readonly every: number;
  readonly out: string;
}

const side = 130;
const columns = 2;

/** Writes photographs with mask, box and the five levels, in two columns of drawings, as PNG. */
export async function contactSheet({
  data,
  split,
  finder: kind,
  count,
  every,
  out,
}: ContactSheetOptions): Promise<number> {
  const finder = await createForegroundFinder({ kind, cutOut: true } as ForegroundDescription);
  const parts: OverlayOptions[] = [];
  let seen = 0;
  for await (const { image } of photographs(data, split)) {
    if (seen++ % every !== 0) continue;
    if (parts.length === count) break;
    const { mask, ...box } = await finder.find(image);
    const drawing = drawPatches(image, kaleidoPatches(box, image), { side, ...(mask === undefined ? {} : { mask }) });
    const { width, height } = drawing;
    parts.push({
      input: Buffer.from(drawing.data),
      raw: { width, height, channels: 3 },
      left: (parts.length % columns) * (width + 12),
      top: Math.floor(parts.length / columns) * height,
    });
  }
  finder.dispose?.();
  const size = { width: columns * 6 * side + 12, height: Math.ceil(parts.length / columns) * side };
  const sheet = sharp({ create: { ...size, channels: 3, background: '#ffffff' } }).composite(parts);
  await writeWhole(out, new Uint8Array(await sheet.png().toBuffer()));
  return parts.length;
}
