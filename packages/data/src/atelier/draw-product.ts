import { KaleidoError, type RandomStream, randomStream } from '@kaleido/foundation';
import { type Affine, compose, rotation, scaling, translation, verticalSkew } from './affine.ts';
import { type BackgroundKind, drawBackground } from './backgrounds.ts';
import { colours, dyed } from './colours.ts';
import type { AtelierProduct, PatternScale } from './design-product.ts';
import { fabrics } from './fabrics.ts';
import { garmentKinds } from './garment-kinds.ts';
import type { Facing } from './look.ts';
import { type Bounds, joinBounds, round } from './outline.ts';
import { patterns } from './patterns.ts';
import { type Palette, type PartName, type Side, Sketch } from './sketch.ts';

export type ViewKind = 'front' | 'back' | 'angled' | 'detail';

/** One photograph to take of a product. */
export interface AtelierView {
  /** The number of the picture of its product, from 0; each has its own light, place and background. */
  readonly number: number;
  readonly kind: ViewKind;
  readonly background: BackgroundKind;
}

/** Where a part of the garment is in the picture, in pixels: left, top, width, height. */
export interface PartBox {
  readonly part: PartName;
  /** As seen in the picture; missing for parts in the middle and for single parts. */
  readonly side?: Side;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ProductDrawing {
  /** The whole picture. */
  readonly svg: string;
  /** The garment alone on a transparent background: its alpha channel is the foreground mask. */
  readonly foreground: string;
  /** `body`, the whole garment, comes first; parts out of the picture or hidden on this side are missing. */
  readonly parts: readonly PartBox[];
}

/**
 * The default side of a picture in pixels. Pictures are square and 256 as in Fashion-Gen, the catalogue that the paper
 * trains on.
 */
export const defaultImageSize = 256;

/** Drawings are made in a square of this side and scaled. */
const frame = 256;

/** The zoom of a detail view. */
const detailZoom = { least: 1.6, most: 2.1 } as const;

const patternScales: Readonly<Record<PatternScale, number>> = { fine: 0.7, regular: 1, bold: 1.45 };

/**
 * Draws one view of a product: the same product, view and size give the same text.
 *
 * @param imageSize the side of the square picture in pixels, >= 16
 */
export function drawProduct(
  product: AtelierProduct,
  view: AtelierView,
  imageSize: number = defaultImageSize,
): ProductDrawing {
  checkImageSize(imageSize);
  const random = randomStream(product.seed, 'atelier', 'view', product.index, view.number);
  const sketch = sketchProduct(product, view.kind === 'back' ? 'back' : 'front', random.chance(0.5) ? 1 : -1);
  const placed = place(sketch, view.kind, random.child('place'));
  const background = drawBackground(view.background, random.child('background'));
  const light = drawLight(random.child('light'));
  const matrix = `matrix(${placed.map((value) => Math.round(value * 1e4) / 1e4).join(' ')})`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${imageSize}" height="${imageSize}" viewBox="0 0 ${frame} ${frame}">`;
  const garment = `<g transform="${matrix}">${sketch.shapes}</g>`;
  const shadow = `<path d="${sketch.silhouette}" fill="#0a0a14" fill-opacity="0.16" transform="translate(${random.chance(0.5) ? 2.4 : -2.4} 3.4) ${matrix}"/>`;
  return {
    svg: `${head}<defs>${background.definitions}${light.definitions}${sketch.definitions}</defs>${background.shapes}${shadow}<g transform="${matrix}">${sketch.shadows}</g>${garment}${light.shapes}</svg>`,
    foreground: `${head}<defs>${sketch.definitions}</defs>${garment}</svg>`,
    parts: boxesOf(sketch, placed, imageSize / frame, imageSize),
  };
}

/** @throws KaleidoError if it is not a whole number of pixels >= 16 */
export function checkImageSize(imageSize: number): void {
  if (Number.isInteger(imageSize) && imageSize >= 16) return;
  throw new KaleidoError({
    source: 'data',
    problem: 'the image size must be a whole number of pixels from 16',
    found: imageSize,
  });
}

function sketchProduct(product: AtelierProduct, facing: Facing, light: 1 | -1): Sketch {
  const palette = dye(product);
  const sketch = new Sketch(
    palette,
    fabrics[product.fabric],
    patterns[product.pattern].draw(palette.first, palette.second),
    patternScales[product.patternScale],
    light,
  );
  // Every view draws the same piece: its folds belong to the product, not to the view.
  const random = randomStream(product.seed, 'atelier', 'cut', product.index);
  garmentKinds[product.subcategory].draw(sketch, {
    features: product.features,
    department: product.department,
    facing,
    ...(product.motif ? { motif: product.motif } : {}),
    random,
  });
  return sketch;
}

/** The colours of this piece: no two dye lots are exactly the same. */
function dye(product: AtelierProduct): Palette {
  const random = randomStream(product.seed, 'atelier', 'dye', product.index);
  const lot = (hex: string): string => {
    const common = random.normal() * 5;
    return dyed(hex, common + random.normal() * 3, common + random.normal() * 3, common + random.normal() * 3);
  };
  const first = lot(colours[product.colour].hex);
  const second = product.secondColour ? lot(colours[product.secondColour].hex) : first;
  const { trim, strap, collar } = product.features;
  const contrasts =
    product.secondColour !== undefined &&
    ((trim !== undefined && trim !== 'none') || strap === 'contrast' || collar === 'peterPan');
  return { first, second, trim: contrasts ? second : first, metal: product.metal === 'gold' ? '#cfa85a' : '#b9bcc2' };
}

/** Where the garment is in the picture: size, place and turn vary a little between pictures. */
function place(sketch: Sketch, kind: ViewKind, random: RandomStream): Affine {
  const spread = (least: number, most: number): number => least + (most - least) * random.uniform();
  const side = random.chance(0.5) ? 1 : -1;
  const turned = compose(
    rotation(spread(-3.5, 3.5)),
    kind === 'angled' ? compose(verticalSkew(side * spread(5, 9)), scaling(spread(0.74, 0.84), 1)) : [1, 0, 0, 1, 0, 0],
  );
  const box = sketch.bounds(turned);
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const fit = (frame * 0.88) / Math.max(width, height);
  if (kind === 'detail') {
    const zoom = fit * spread(detailZoom.least, detailZoom.most);
    const focus = [box.left + width * spread(0.4, 0.6), box.top + height * spread(0.26, 0.42)] as const;
    return compose(translation(frame / 2, frame / 2), scaling(zoom, zoom), translation(-focus[0], -focus[1]), turned);
  }
  const scale = fit * spread(0.8, 1.04);
  const room = (extent: number): number => Math.max(0, frame - extent * scale - 6) / 2;
  const [shiftX, shiftY] = [spread(-0.6, 0.6) * room(width), spread(-0.6, 0.6) * room(height)];
  return compose(
    translation(frame / 2 + shiftX, frame / 2 + shiftY),
    scaling(scale, scale),
    translation(-(box.left + box.right) / 2, -(box.top + box.bottom) / 2),
    turned,
  );
}

/** The ambient light: a little warm or cool, brighter on one side, sometimes dim. */
function drawLight(random: RandomStream): { readonly definitions: string; readonly shapes: string } {
  const tone = random.pick(['#ffb866', '#7fa8ff', '#ffffff', '#1a1408']);
  const strength = 0.02 + random.uniform() * 0.05;
  const [bright, dim] = [random.uniform() * 0.1, random.uniform() * 0.14];
  const angle = random.uniform() * 2 * Math.PI;
  const [x, y] = [Math.cos(angle) / 2, Math.sin(angle) / 2];
  return {
    definitions: `<linearGradient id="light" x1="${round(0.5 - x)}" y1="${round(0.5 - y)}" x2="${round(0.5 + x)}" y2="${round(0.5 + y)}"><stop offset="0" stop-color="#fff" stop-opacity="${round(bright)}"/><stop offset="0.5" stop-color="${tone}" stop-opacity="${round(strength)}"/><stop offset="1" stop-color="#000" stop-opacity="${round(dim)}"/></linearGradient>`,
    shapes: `<rect width="${frame}" height="${frame}" fill="url(#light)"/>`,
  };
}

function boxesOf(sketch: Sketch, placed: Affine, scale: number, imageSize: number): PartBox[] {
  const joined = new Map<string, { part: PartName; side?: Side; bounds: Bounds }>();
  joined.set('body', { part: 'body', bounds: sketch.bounds(placed) });
  for (const drawn of sketch.parts) {
    const key = `${drawn.part} ${drawn.side ?? ''}`;
    const bounds = drawn.bounds(placed);
    const known = joined.get(key);
    if (drawn.part === 'body') continue;
    joined.set(
      key,
      known
        ? { ...known, bounds: joinBounds(known.bounds, bounds) }
        : { part: drawn.part, ...(drawn.side ? { side: drawn.side } : {}), bounds },
    );
  }
  const boxes: PartBox[] = [];
  for (const { part, side, bounds } of joined.values()) {
    const [left, top] = [Math.max(0, bounds.left * scale), Math.max(0, bounds.top * scale)];
    const [right, bottom] = [Math.min(imageSize, bounds.right * scale), Math.min(imageSize, bounds.bottom * scale)];
    // Parts outside the picture or thinner than half a pixel are not visible.
    if (right - left < 0.5 || bottom - top < 0.5) continue;
    boxes.push({ part, ...(side ? { side } : {}), x: left, y: top, width: right - left, height: bottom - top });
  }
  return boxes;
}
