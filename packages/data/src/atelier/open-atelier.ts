import { KaleidoError, type RandomStream, randomStream } from '@kaleido/foundation';
import type { Product, ProductSource } from '../product.ts';
import { type Assortment, checkAssortment, wholeAssortment } from './assortment.ts';
import type { BackgroundKind } from './backgrounds.ts';
import type { ColourName } from './colours.ts';
import { type AtelierProduct, designProduct, productAttributes } from './design-product.ts';
import {
  type AtelierView,
  checkImageSize,
  defaultImageSize,
  drawProduct,
  type PartBox,
  type ViewKind,
} from './draw-product.ts';
import { type Fact, factsOf } from './facts.ts';
import { garmentKinds, type SubcategoryName } from './garment-kinds.ts';
import type { PatternName } from './patterns.ts';
import { type Caption, type Mention, writeCaption } from './write-caption.ts';

/** Raised if the same options give other pictures or captions: data derived from the old ones are then made again. */
export const ATELIER_VERSION = 1;

export interface AtelierOptions {
  readonly seed: number;
  /** Products in all splits together, >= 1. */
  readonly products: number;
  /** The share of the products in the split `validation`, 0..1. Default 0.1: a tenth is the usual hold-out. */
  readonly validation?: number;
  /** The share of the products in the split `test`, 0..1. Default 0.1. */
  readonly test?: number;
  /**
   * How many pictures a product has; drawn evenly from `least` to `most`, within 1..4. The first is a front view.
   * Default 1 to 4, as in shops; one picture each gives many products fastest.
   */
  readonly viewsPerProduct?: { readonly least: number; readonly most: number };
  /** The side of the square pictures in pixels, >= 16. Default 256, as in Fashion-Gen. */
  readonly imageSize?: number;
  /**
   * `product` (the default): all pictures of a product share one caption, as in shops. `view`: each picture has a
   * caption of its own, which gives more language for the same products.
   */
  readonly captionOf?: 'product' | 'view';
  /** How often each background occurs, as weights. Default 6 : 3 : 1: catalogues have mostly studio pictures. */
  readonly backgrounds?: Readonly<Record<BackgroundKind, number>> | undefined;
  /** Only these colours; default: all of them. A few very different colours are learned from fewer pictures. */
  readonly colours?: readonly ColourName[] | undefined;
  /** Only these patterns; default: all of them. Cabled and quilted products stay plain. */
  readonly patterns?: readonly PatternName[] | undefined;
  /** Only these sub-categories; default: all of them. */
  readonly subcategories?: readonly SubcategoryName[] | undefined;
  /**
   * Only these sub-categories in `validation` and `test`; default: the same as in `train`. A list of 101 candidates of
   * one sub-category needs 101 products of it, which a small split has only with few sub-categories.
   */
  readonly heldOutSubcategories?: readonly SubcategoryName[];
}

/** Ground truth of a picture, which real photographs lack. */
export interface ImageTruth {
  /** Side of the square picture in pixels. */
  readonly size: number;
  /** In image pixels; `body`, the whole garment, comes first. */
  readonly parts: readonly PartBox[];
  /** Which words of the caption mention which part; a part may be hidden in this view. */
  readonly mentions: readonly Mention[];
  /** What is true of the product, whether or not this view shows it and the caption says it. */
  readonly facts: readonly Fact[];
  /** SVG of the garment alone on a transparent background: its alpha channel is the foreground mask. */
  readonly foreground: string;
}

/** The atelier as a source of products that also has the ground truth of its pictures. */
export interface Atelier extends ProductSource {
  /**
   * The ground truth of a picture, by `Product.id`.
   * @throws KaleidoError if this atelier has no such picture
   */
  truth(imageId: string): ImageTruth;
}

/** How a picture is encoded. */
export interface PictureFormat {
  readonly mediaType: string;
  readonly encode: (svg: string) => Uint8Array;
}

const utf8 = new TextEncoder();

/** The SVG text itself, which browsers can draw. */
export const svgPictures: PictureFormat = { mediaType: 'image/svg+xml', encode: (svg) => utf8.encode(svg) };

interface Split {
  readonly name: string;
  readonly first: number;
  readonly count: number;
  readonly assortment: Assortment;
}

/**
 * A catalogue that is drawn while it is read, one picture at a time. The splits `train`, `validation` and `test`
 * share no product. Pictures are SVG; `openRasterisedAtelier` of `@kaleido/data/node` gives PNG.
 *
 * @throws KaleidoError if an option is out of range
 */
export function openAtelier(options: AtelierOptions, pictures: PictureFormat = svgPictures): Atelier {
  const settings = complete(options);
  const splits = splitsOf(settings);
  const splitOf = (name: string): Split => {
    const split = splits.find((candidate) => candidate.name === name);
    if (split) return split;
    throw new KaleidoError({
      source: 'data',
      problem: 'the atelier has no such split',
      found: name,
      advice: `use one of ${splits.map((known) => known.name).join(', ')}`,
    });
  };
  return {
    name: `atelier (seed ${settings.seed}, ${settings.products} products)`,
    fingerprint: `atelier-${ATELIER_VERSION}-${hash(JSON.stringify([ATELIER_VERSION, settings, pictures.mediaType]))}`,
    splits: splits.map(({ name }) => name),
    rows(name) {
      const { least, most } = settings.viewsPerProduct;
      return least === most ? splitOf(name).count * least : undefined;
    },
    async *products(name) {
      const split = splitOf(name);
      for (let index = split.first; index < split.first + split.count; index++) {
        yield* photograph(designProduct(settings.seed, index, split.assortment), settings, pictures);
      }
    },
    truth(imageId) {
      const match = /^(.+-(\d+))-(\d)$/.exec(imageId);
      const index = Number(match?.[2]);
      const split = splits.find(({ first, count }) => index >= first && index < first + count);
      const product = split ? designProduct(settings.seed, index, split.assortment) : undefined;
      const view = product && viewsOf(product, settings)[Number(match?.[3])];
      if (!product || !view || product.id !== match?.[1]) {
        throw new KaleidoError({
          source: 'data',
          problem: 'the atelier has no such picture',
          found: imageId,
          advice: 'use the `id` of a product that this atelier has given',
        });
      }
      const { parts, foreground } = drawProduct(product, view, settings.imageSize);
      return {
        size: settings.imageSize,
        parts,
        foreground,
        mentions: captionOf(product, view, settings).mentions,
        facts: factsOf(product),
      };
    },
  };
}

type Settings = { readonly [Option in keyof AtelierOptions]-?: Exclude<AtelierOptions[Option], undefined> };

function complete(options: AtelierOptions): Settings {
  const settings: Settings = {
    seed: options.seed,
    products: options.products,
    validation: options.validation ?? 0.1,
    test: options.test ?? 0.1,
    viewsPerProduct: options.viewsPerProduct ?? { least: 1, most: 4 },
    imageSize: options.imageSize ?? defaultImageSize,
    captionOf: options.captionOf ?? 'product',
    backgrounds: options.backgrounds ?? { studio: 6, coloured: 3, cluttered: 1 },
    colours: options.colours ?? wholeAssortment.colours,
    patterns: options.patterns ?? wholeAssortment.patterns,
    subcategories: options.subcategories ?? wholeAssortment.subcategories,
    heldOutSubcategories: options.heldOutSubcategories ?? options.subcategories ?? wholeAssortment.subcategories,
  };
  const { products, validation, test, viewsPerProduct, backgrounds } = settings;
  const weights = Object.values(backgrounds);
  check(Number.isSafeInteger(settings.seed), 'the seed must be a whole number', settings.seed);
  check(
    Number.isSafeInteger(products) && products >= 1,
    'the number of products must be a whole number from 1',
    products,
  );
  check(
    validation >= 0 && test >= 0 && validation + test <= 1,
    'the shares of validation and test must be at least 0 and together at most 1',
    { validation, test },
  );
  check(
    [viewsPerProduct.least, viewsPerProduct.most].every(
      (count) => Number.isInteger(count) && count >= 1 && count <= 4,
    ) && viewsPerProduct.least <= viewsPerProduct.most,
    'a product has 1 to 4 views',
    viewsPerProduct,
  );
  check(
    weights.every((weight) => weight >= 0) && weights.some((weight) => weight > 0),
    'the weights of the backgrounds must be at least 0, and one above',
    backgrounds,
  );
  checkImageSize(settings.imageSize);
  checkAssortment(settings);
  checkAssortment({ ...settings, subcategories: settings.heldOutSubcategories });
  return settings;
}

function check(holds: boolean, problem: string, found: unknown): void {
  if (!holds) throw new KaleidoError({ source: 'data', problem, found, advice: 'change this option of the atelier' });
}

function splitsOf({ products, validation, test, heldOutSubcategories, ...settings }: Settings): Split[] {
  const { subcategories, colours, patterns } = settings;
  const assortment: Assortment = { subcategories, colours, patterns };
  const heldOut: Assortment = { subcategories: heldOutSubcategories, colours, patterns };
  const validationCount = Math.round(products * validation);
  const testCount = Math.min(products - validationCount, Math.round(products * test));
  const trainCount = products - validationCount - testCount;
  return [
    { name: 'train', first: 0, count: trainCount, assortment },
    { name: 'validation', first: trainCount, count: validationCount, assortment: heldOut },
    { name: 'test', first: trainCount + validationCount, count: testCount, assortment: heldOut },
  ];
}

function* photograph(product: AtelierProduct, settings: Settings, pictures: PictureFormat): Generator<Product> {
  const attributes = productAttributes(product);
  for (const view of viewsOf(product, settings)) {
    yield {
      id: `${product.id}-${view.number}`,
      productId: product.id,
      image: {
        bytes: pictures.encode(drawProduct(product, view, settings.imageSize).svg),
        mediaType: pictures.mediaType,
      },
      caption: captionOf(product, view, settings).caption,
      category: product.category,
      subcategory: product.subcategory,
      attributes,
    };
  }
}

function captionOf(product: AtelierProduct, view: AtelierView, settings: Settings): Caption {
  return writeCaption(product, settings.captionOf === 'view' ? view.number : 0);
}

/** The views of a product: the front first, then others in random order. */
function viewsOf(product: AtelierProduct, settings: Settings): AtelierView[] {
  const random = randomStream(product.seed, 'atelier', 'views', product.index);
  const { least, most } = settings.viewsPerProduct;
  const count = least + random.integer(most - least + 1);
  const others: ViewKind[] = garmentKinds[product.subcategory].oneSided
    ? ['angled', 'detail', 'front']
    : ['angled', 'back', 'detail'];
  const kinds: ViewKind[] = ['front', ...random.shuffle(others)];
  return kinds
    .slice(0, count)
    .map((kind, number) => ({ number, kind, background: pickBackground(settings.backgrounds, random) }));
}

function pickBackground(weights: Readonly<Record<BackgroundKind, number>>, random: RandomStream): BackgroundKind {
  const entries = Object.entries(weights) as [BackgroundKind, number][];
  let draw = random.uniform() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [kind, weight] of entries) {
    draw -= weight;
    if (draw < 0) return kind;
  }
  return 'studio';
}

/** 64 bits of FNV-1a (two 32-bit runs from different starts), as 16 hexadecimal digits. */
function hash(text: string): string {
  const run = (start: number): string => {
    let h = start;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    return (h >>> 0).toString(16).padStart(8, '0');
  };
  return run(0x811c9dc5) + run(0x5bd1e995);
}
