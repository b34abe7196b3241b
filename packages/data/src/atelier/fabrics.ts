import { round } from './outline.ts';

/** How a cloth reflects light, and what catalogues call it. */
export interface Fabric {
  readonly words: readonly string[];
  /** 0 matt .. 1 like patent leather: the strength of the highlights. */
  readonly shine: number;
  /** How deep its folds are, 0 stiff .. 1 flowing. */
  readonly drape: number;
  /** A fine repeating overlay, in centimetres: the visible weave. */
  readonly weave?: (
    dark: string,
    light: string,
  ) => { readonly width: number; readonly height: number; readonly content: string };
}

function strokes(data: string, colour: string, width: number, opacity: number): string {
  return `<path d="${data}" fill="none" stroke="${colour}" stroke-width="${round(width)}" stroke-opacity="${opacity}"/>`;
}

export type FabricName =
  | 'cotton'
  | 'poplin'
  | 'linen'
  | 'denim'
  | 'wool'
  | 'knit'
  | 'ribbed'
  | 'fleece'
  | 'silk'
  | 'satin'
  | 'crepe'
  | 'velvet'
  | 'leather'
  | 'suede'
  | 'nylon'
  | 'canvas'
  | 'corduroy'
  | 'twill'
  | 'straw'
  | 'rubber'
  | 'stretch';

export const fabrics: Readonly<Record<FabricName, Fabric>> = {
  cotton: { words: ['cotton', 'organic cotton', 'cotton jersey'], shine: 0.15, drape: 0.5 },
  poplin: { words: ['cotton poplin', 'crisp poplin', 'poplin'], shine: 0.2, drape: 0.35 },
  linen: {
    words: ['linen', 'washed linen', 'linen-blend'],
    shine: 0.08,
    drape: 0.75,
    weave: (dark, light) => ({
      width: 1.7,
      height: 1.7,
      content: strokes('M0 .4H1.7M0 1.2H1.1', light, 0.2, 0.22) + strokes('M.4 0V1.7M1.3 .4V1.7', dark, 0.16, 0.2),
    }),
  },
  denim: {
    words: ['denim', 'rigid denim', 'washed denim'],
    shine: 0.08,
    drape: 0.35,
    weave: (dark, light) => ({
      width: 1.2,
      height: 1.2,
      content:
        strokes('M-.3 .3L.3-.3M-.3 1.5L1.5-.3M.9 1.5L1.5 .9', light, 0.22, 0.28) +
        strokes('M-.3 .9L.9-.3M.3 1.5L1.5 .3', dark, 0.16, 0.2),
    }),
  },
  wool: {
    words: ['wool', 'virgin wool', 'wool-blend'],
    shine: 0.06,
    drape: 0.4,
    weave: (dark, light) => ({
      width: 2.3,
      height: 2.1,
      content:
        `<circle cx="0.5" cy="0.6" r="0.28" fill="${light}" fill-opacity="0.16"/>` +
        `<circle cx="1.6" cy="1.5" r="0.3" fill="${dark}" fill-opacity="0.18"/>` +
        `<circle cx="1.7" cy="0.4" r="0.2" fill="${dark}" fill-opacity="0.12"/>`,
    }),
  },
  knit: {
    words: ['merino', 'lambswool', 'soft knit', 'chunky knit'],
    shine: 0.05,
    drape: 0.45,
    weave: (dark, light) => ({
      width: 1.8,
      height: 1.5,
      content: strokes('M0 .2L.9 1.1L1.8 .2', dark, 0.3, 0.28) + strokes('M0 .7L.9 1.6L1.8 .7', light, 0.24, 0.2),
    }),
  },
  ribbed: {
    words: ['rib knit', 'ribbed cotton', 'ribbed jersey'],
    shine: 0.1,
    drape: 0.3,
    weave: (dark, light) => ({
      width: 1.5,
      height: 4,
      content: strokes('M.3 0V4', dark, 0.4, 0.26) + strokes('M1 0V4', light, 0.4, 0.2),
    }),
  },
  fleece: { words: ['brushed fleece', 'loopback cotton', 'cotton fleece'], shine: 0.08, drape: 0.55 },
  silk: { words: ['silk', 'mulberry silk', 'silk-blend'], shine: 0.65, drape: 0.95 },
  satin: { words: ['satin', 'fluid satin', 'satin crepe'], shine: 0.85, drape: 1 },
  crepe: { words: ['crepe', 'viscose crepe', 'viscose'], shine: 0.2, drape: 0.85 },
  velvet: { words: ['velvet', 'plush velvet'], shine: 0.5, drape: 0.7 },
  leather: { words: ['leather', 'nappa leather', 'calf leather'], shine: 0.75, drape: 0.45 },
  suede: {
    words: ['suede', 'soft suede'],
    shine: 0.05,
    drape: 0.4,
    weave: (dark, light) => ({
      width: 2.6,
      height: 2.2,
      content:
        strokes('M.2 .5L1 .3M1.5 1.6L2.3 1.4', light, 0.3, 0.18) +
        strokes('M.4 1.5L1 1.7M1.7 .5L2.4 .7', dark, 0.3, 0.16),
    }),
  },
  nylon: { words: ['nylon', 'recycled nylon', 'technical shell'], shine: 0.5, drape: 0.5 },
  canvas: {
    words: ['canvas', 'cotton canvas', 'waxed canvas'],
    shine: 0.08,
    drape: 0.25,
    weave: (dark, light) => ({
      width: 1.4,
      height: 1.4,
      content: strokes('M0 .35H.7M.7 1.05H1.4', light, 0.35, 0.2) + strokes('M0 1.05H.7M.7 .35H1.4', dark, 0.35, 0.14),
    }),
  },
  corduroy: {
    words: ['corduroy', 'needlecord', 'cord'],
    shine: 0.12,
    drape: 0.4,
    weave: (dark, light) => ({
      width: 1.3,
      height: 4,
      content: strokes('M.3 0V4', dark, 0.5, 0.34) + strokes('M.9 0V4', light, 0.4, 0.24),
    }),
  },
  twill: { words: ['cotton twill', 'stretch twill', 'gabardine'], shine: 0.15, drape: 0.4 },
  straw: {
    words: ['straw', 'raffia', 'woven straw'],
    shine: 0.1,
    drape: 0.1,
    weave: (dark, light) => ({
      width: 2.4,
      height: 2.4,
      content:
        strokes('M0 1.2L1.2 0L2.4 1.2M0 2.4L1.2 1.2L2.4 2.4', dark, 0.35, 0.32) +
        strokes('M0 1.8L1.2 .6L2.4 1.8', light, 0.35, 0.3),
    }),
  },
  rubber: { words: ['rubber', 'natural rubber'], shine: 0.7, drape: 0.1 },
  stretch: { words: ['stretch jersey', 'recycled stretch fabric', 'lycra'], shine: 0.4, drape: 0.2 },
};

export const fabricNames: readonly FabricName[] = Object.keys(fabrics) as FabricName[];
