import { openAtelier } from '@kaleido/data';

/** A drawn garment: its picture as SVG, and what a catalogue would say of it. */
export interface Garment {
  readonly id: string;
  readonly svg: string;
  readonly caption: string;
  readonly subcategory: string;
}

/** A garment that training never sees, with one word of its caption hidden. */
export interface HeldOutGarment extends Garment {
  /** The caption with `[MASK]` for the word that names the colour. */
  readonly masked: string;
  readonly hidden: string;
}

export interface Collection {
  readonly training: readonly Garment[];
  readonly heldOut: readonly HeldOutGarment[];
}

/** Side of the pictures in pixels, as in `recipes/quickstart.json`. */
const pictureSide = 112;

const utf8 = new TextDecoder();

/**
 * Few kinds and very different colours: a few hundred garments show each of them often enough to be learned in a minute.
 * Plain backgrounds need no network to find the garment.
 */
const assortment = {
  subcategories: [
    't-shirt',
    'shirt',
    'hoodie',
    'trench coat',
    'shift dress',
    'skater dress',
    'a-line skirt',
    'trousers',
    'straight jeans',
    'chino shorts',
    'sneakers',
    'ankle boots',
    'tote',
    'backpack',
    'cap',
    'scarf',
  ],
  colours: ['black', 'white', 'red', 'yellow', 'cobalt', 'teal', 'fuchsia', 'camel'],
  patterns: ['plain', 'striped', 'polkaDot', 'gingham'],
  backgrounds: { studio: 1, coloured: 0, cluttered: 0 },
  viewsPerProduct: { least: 1, most: 1 },
  captionOf: 'view',
} as const;

/** Held-out garments drawn for each one that is kept: those whose colour is one word. */
const drawnForOne = 3;

/** Draws garments; the same seed draws the same. A pause every few lets a page or worker answer. */
export async function drawCollection(seed: number, training: number, heldOut: number): Promise<Collection> {
  const spare = drawnForOne * heldOut;
  const products = training + spare;
  const atelier = openAtelier({
    ...assortment,
    seed,
    products,
    validation: 0,
    test: spare / products,
    imageSize: pictureSide,
  });
  const garments = async (split: string): Promise<Garment[]> => {
    const drawn: Garment[] = [];
    for await (const { id, image, caption, subcategory = '' } of atelier.products(split)) {
      drawn.push({ id, svg: utf8.decode(image.bytes), caption, subcategory });
      if (drawn.length % 16 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    return drawn;
  };
  const kept: HeldOutGarment[] = [];
  for (const garment of await garments('test')) {
    const { caption } = garment;
    const colour = atelier.truth(garment.id).mentions.find(({ aspect }) => aspect === 'colour');
    const hidden = colour && caption.slice(colour.start, colour.end);
    if (colour === undefined || hidden === undefined || /\W/.test(hidden) || kept.length === heldOut) continue;
    const masked = `${caption.slice(0, colour.start)}[MASK]${caption.slice(colour.end)}`;
    kept.push({ ...garment, masked, hidden });
  }
  return { training: await garments('train'), heldOut: kept };
}

/** Dresses against trousers: garments for a first try of classes. */
export async function drawTwoClasses(
  seed: number,
  each: number,
): Promise<readonly { readonly name: string; readonly garments: readonly Garment[] }[]> {
  const kinds = [
    { name: 'dresses', subcategories: ['shift dress', 'skater dress'] },
    { name: 'trousers', subcategories: ['trousers', 'straight jeans'] },
  ] as const;
  return Promise.all(
    kinds.map(async ({ name, subcategories }) => {
      const atelier = openAtelier({
        ...assortment,
        seed,
        subcategories,
        products: each,
        validation: 0,
        test: 0,
        imageSize: pictureSide,
      });
      const garments: Garment[] = [];
      for await (const { id, image, caption, subcategory = '' } of atelier.products('train')) {
        garments.push({ id, svg: utf8.decode(image.bytes), caption, subcategory });
        // Each takes some milliseconds, on the thread of the page.
        await new Promise((resolve) => setTimeout(resolve));
      }
      return { name, garments };
    }),
  );
}
