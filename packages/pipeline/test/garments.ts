import { randomStream } from '@kaleido/foundation';
import sharp from 'sharp';

/** A synthetic photograph with its labels and caption. */
export interface Garment {
  readonly id: string;
  readonly image: Uint8Array;
  readonly caption: string;
  readonly category: 'dress' | 'shirt';
  readonly attributes: { readonly colour: 'red' | 'blue' };
}

const paint = { red: [200, 30, 40], blue: [30, 50, 190] } as const;

/** Dresses are tall and shirts are wide, red or blue, on white, each at a slightly different place. */
export async function garments(count: number, seed = 1): Promise<Garment[]> {
  const random = randomStream(seed, 'garments');
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Garment> => {
      const category = random.uniform() < 0.5 ? 'dress' : 'shirt';
      const colour = random.uniform() < 0.5 ? 'red' : 'blue';
      const [width, height] = category === 'dress' ? [14, 40] : [40, 18];
      const left = 4 + Math.floor(random.uniform() * 6);
      const top = 4 + Math.floor(random.uniform() * 6);
      const [r, g, b] = paint[colour];
      const body = { create: { width, height, channels: 3, background: { r, g, b } } } as const;
      const image = await sharp({ create: { width: 56, height: 56, channels: 3, background: '#ffffff' } })
        .composite([{ input: await sharp(body).png().toBuffer(), left, top }])
        .png()
        .toBuffer();
      return {
        id: `garment-${index}`,
        image: new Uint8Array(image),
        caption: `a ${colour} ${category}`,
        category,
        attributes: { colour },
      };
    }),
  );
}
