import { selectBackend } from '@kaleido/backend';
import { randomStream } from '@kaleido/foundation';
import { createKaleido, type Kaleido } from '@kaleido/pipeline/node';
import sharp from 'sharp';

/** An untrained model of 16 numbers per vector. @param seed of its weights */
export async function smallModel(seed = 1): Promise<Kaleido> {
  await selectBackend({ prefer: 'wasm' });
  return createKaleido({
    captions: ['a red dress', 'a blue dress', 'a red shirt', 'a blue shirt'],
    preset: 'tiny',
    settings: { joint_size: 16, text_seq_len: 12 },
    extractor: { kind: 'pixels', size: 4 },
    foreground: { kind: 'whole-image' },
    seed,
  });
}

export interface Square {
  readonly id: string;
  readonly image: Uint8Array;
  readonly caption: string;
  readonly category: string;
  readonly attributes: { readonly colour: string };
}

/** Photographs of one colour each, with labels. */
export async function squares(count: number, first = 0): Promise<Square[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Square> => {
      const random = randomStream(1, 'square', first + index);
      const [r, g, b] = [random.integer(256), random.integer(256), random.integer(256)];
      const image = await sharp({ create: { width: 24, height: 24, channels: 3, background: { r, g, b } } })
        .png()
        .toBuffer();
      const colour = r > b ? 'Red' : 'Blue';
      return {
        id: `square-${first + index}`,
        image: new Uint8Array(image),
        caption: `a ${colour.toLowerCase()} dress`,
        category: index % 2 === 0 ? 'dress' : 'shirt',
        attributes: { colour },
      };
    }),
  );
}
