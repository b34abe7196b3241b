import { drawObject, drawScene, type ObjectKind, openAtelier } from '@kaleido/data';
import { rasterisePixels } from '@kaleido/data/node';
import { randomStream } from '@kaleido/foundation';

/** Number of pictures of each sort to draw; each is used many times, photographed differently each time. */
export interface PoolSize {
  /** Whole photographs of the atelier. */
  readonly scenes: number;
  /** Objects on a transparent background, to combine with any background. */
  readonly objects: number;
  readonly backgrounds: number;
}

export interface PicturePool {
  readonly sceneSide: number;
  readonly objectSide: number;
  /** RGB and the object's share of each pixel, [sceneSide, sceneSide, 4]. */
  readonly scenes: readonly Uint8Array[];
  /** RGB premultiplied by the share, and the share, [objectSide, objectSide, 4]. */
  readonly objects: readonly Uint8Array[];
  /** RGBA, [sceneSide, sceneSide, 4]. */
  readonly backgrounds: readonly Uint8Array[];
}

/** Large enough that an object that fills the picture is not enlarged much. */
const objectSide = 208;

/** Mostly worn garments, which are the rule in catalogues; the atelier draws none. */
const objectKinds: readonly ObjectKind[] = ['worn', 'worn', 'worn', 'garment', 'thing'];

/** Draws the pictures that training photographs are made of. The same seed and sizes give the same pool. */
export async function drawPool(
  seed: number,
  side: number,
  { scenes, objects, backgrounds }: PoolSize,
): Promise<PicturePool> {
  const drawn: Uint8Array[] = [];
  const atelier = openAtelier({
    seed,
    products: scenes,
    validation: 0,
    test: 0,
    viewsPerProduct: { least: 2, most: 2 },
    imageSize: side,
    // Cluttered backgrounds are the hardest.
    backgrounds: { studio: 1, coloured: 1, cluttered: 3 },
  });
  for await (const { id, image } of atelier.products('train')) {
    if (drawn.length === scenes) break;
    const scene = rasterisePixels(new TextDecoder().decode(image.bytes)).pixels;
    const alone = rasterisePixels(atelier.truth(id).foreground).pixels;
    for (let i = 3; i < scene.length; i += 4) scene[i] = alone[i]!;
    drawn.push(scene);
  }
  return {
    sceneSide: side,
    objectSide,
    scenes: drawn,
    objects: Array.from({ length: objects }, (_, index) => {
      const random = randomStream(seed, 'foreground', 'object', index);
      return rasterisePixels(drawObject(random.pick(objectKinds), seed, index, objectSide, random)).pixels;
    }),
    backgrounds: Array.from({ length: backgrounds }, (_, index) => {
      const random = randomStream(seed, 'foreground', 'background', index);
      return rasterisePixels(drawScene(random.pick(['coloured', 'cluttered', 'cluttered']), side, random)).pixels;
    }),
  };
}
