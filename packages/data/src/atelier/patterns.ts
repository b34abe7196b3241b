import { mix } from './colours.ts';
import { round } from './outline.ts';
import { heartPath, starPath } from './shape-paths.ts';

/** How a pattern is drawn, and what catalogues call it. */
export interface Pattern {
  /** Words before the type: `striped`. */
  readonly adjectives: readonly string[];
  /** Nouns: `stripes`; used with the second colour (`white stripes`) or as `in a floral print`. */
  readonly nouns: readonly string[];
  /** Whether the caption names the second colour too. */
  readonly twoColours: boolean;
  /** How often it occurs, relative to the others. */
  readonly weight: number;
  /** A tile that repeats, in centimetres of cloth, or how the whole panel is dyed. */
  readonly draw: (first: string, second: string) => PatternDrawing;
}

export type PatternDrawing =
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'tile';
      readonly width: number;
      readonly height: number;
      readonly turn?: number;
      readonly content: string;
    }
  /** Stops from top to bottom of the panel, offsets in 0..1. */
  | { readonly kind: 'gradient'; readonly stops: readonly (readonly [number, string])[] }
  /** Rings around the middle of the garment, radius in centimetres. */
  | { readonly kind: 'rings'; readonly radius: number; readonly stops: readonly (readonly [number, string])[] };

function rectangle(x: number, y: number, width: number, height: number, fill: string, opacity = 1): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"${opacity < 1 ? ` fill-opacity="${opacity}"` : ''}/>`;
}

function circle(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${fill}"/>`;
}

function path(data: string, fill: string, transform = ''): string {
  return `<path d="${data}" fill="${fill}"${transform ? ` transform="${transform}"` : ''}/>`;
}

/** Draws copies on the neighbouring tiles, so that a shape that crosses an edge continues beyond it. */
function wrapped(width: number, height: number, draw: (x: number, y: number) => string): string {
  return [-width, 0, width].flatMap((x) => [-height, 0, height].map((y) => draw(x, y))).join('');
}

function tile(width: number, height: number, content: string, turn?: number): PatternDrawing {
  return turn === undefined ? { kind: 'tile', width, height, content } : { kind: 'tile', width, height, content, turn };
}

function blossom(
  x: number,
  y: number,
  size: number,
  petal: string,
  heart: string,
  petals: number,
  turn: number,
): string {
  const shapes = Array.from({ length: petals }, (_, index) => {
    const angle = ((index / petals) * 360 + turn) % 360;
    return `<ellipse cx="0" cy="${round(-size * 0.62)}" rx="${round(size * 0.4)}" ry="${round(size * 0.55)}" fill="${petal}" transform="translate(${round(x)} ${round(y)}) rotate(${round(angle)})"/>`;
  });
  return shapes.join('') + circle(x, y, size * 0.32, heart);
}

function leaf(x: number, y: number, length: number, turn: number, fill: string): string {
  return path(
    `M0 0C${round(length * 0.32)} ${round(-length * 0.3)} ${round(length * 0.22)} ${round(-length * 0.8)} 0 ${round(-length)}C${round(-length * 0.22)} ${round(-length * 0.8)} ${round(-length * 0.32)} ${round(-length * 0.3)} 0 0Z`,
    fill,
    `translate(${round(x)} ${round(y)}) rotate(${turn})`,
  );
}

export type PatternName =
  | 'plain'
  | 'striped'
  | 'breton'
  | 'pinstripe'
  | 'gingham'
  | 'tartan'
  | 'windowpane'
  | 'houndstooth'
  | 'polkaDot'
  | 'floral'
  | 'leopard'
  | 'zebra'
  | 'camouflage'
  | 'chevron'
  | 'argyle'
  | 'star'
  | 'heart'
  | 'tropical'
  | 'abstract'
  | 'colourBlock'
  | 'dipDye'
  | 'tieDye';

/** 21 patterns; their sizes can be told apart on pictures of 128 pixels and more. */
export const patterns: Readonly<Record<PatternName, Pattern>> = {
  plain: { adjectives: ['plain', 'solid'], nouns: [], twoColours: false, weight: 15, draw: () => ({ kind: 'plain' }) },
  striped: {
    adjectives: ['striped', 'stripe'],
    nouns: ['stripes', 'horizontal stripes'],
    twoColours: true,
    weight: 5,
    draw: (_, second) => tile(6, 6, rectangle(0, 0, 6, 3, second)),
  },
  breton: {
    adjectives: ['breton-striped', 'sailor-striped'],
    nouns: ['breton stripes', 'fine sailor stripes'],
    twoColours: true,
    weight: 3,
    draw: (_, second) => tile(5, 5, rectangle(0, 1.6, 5, 1.3, second)),
  },
  pinstripe: {
    adjectives: ['pinstriped', 'pinstripe'],
    nouns: ['pinstripes', 'fine vertical stripes'],
    twoColours: true,
    weight: 3,
    draw: (_, second) => tile(3.6, 3.6, rectangle(1.4, 0, 0.7, 3.6, second, 0.9)),
  },
  gingham: {
    adjectives: ['gingham', 'gingham-check'],
    nouns: ['gingham checks', 'vichy checks'],
    twoColours: true,
    weight: 3,
    draw: (first, second) =>
      tile(
        6,
        6,
        rectangle(0, 0, 3, 6, mix(first, second, 0.5)) +
          rectangle(0, 0, 6, 3, mix(first, second, 0.5)) +
          rectangle(0, 0, 3, 3, second),
      ),
  },
  tartan: {
    adjectives: ['tartan', 'plaid'],
    nouns: ['tartan checks', 'a plaid check'],
    twoColours: true,
    weight: 3,
    draw: (first, second) =>
      tile(
        14,
        14,
        rectangle(0, 0, 6, 14, second, 0.5) +
          rectangle(0, 0, 14, 6, second, 0.5) +
          rectangle(9.4, 0, 0.9, 14, mix(second, '#ffffff', 0.55)) +
          rectangle(0, 9.4, 14, 0.9, mix(second, '#ffffff', 0.55)) +
          rectangle(2.4, 0, 0.9, 14, mix(first, '#000000', 0.45)) +
          rectangle(0, 2.4, 14, 0.9, mix(first, '#000000', 0.45)),
      ),
  },
  windowpane: {
    adjectives: ['windowpane-check', 'windowpane'],
    nouns: ['a windowpane check', 'fine checks'],
    twoColours: true,
    weight: 2,
    draw: (_, second) => tile(9, 9, rectangle(4, 0, 0.8, 9, second) + rectangle(0, 4, 9, 0.8, second)),
  },
  houndstooth: {
    adjectives: ['houndstooth', 'dogtooth'],
    nouns: ['a houndstooth check', 'dogtooth checks'],
    twoColours: true,
    weight: 2,
    // As in weaving: four dark and four light threads in both directions, in a two-over-two twill.
    draw: (_, second) => {
      const thread = 0.8;
      const cells: string[] = [];
      for (let x = 0; x < 8; x++) {
        for (let y = 0; y < 8; y++) {
          const onTop = (x + y) % 4 < 2 ? x : y;
          if (onTop < 4) cells.push(rectangle(x * thread, y * thread, thread, thread, second));
        }
      }
      return tile(8 * thread, 8 * thread, cells.join(''));
    },
  },
  polkaDot: {
    adjectives: ['polka-dot', 'spotted', 'dotted'],
    nouns: ['polka dots', 'spots'],
    twoColours: true,
    weight: 4,
    draw: (_, second) => tile(7, 7, circle(1.75, 1.75, 1.35, second) + circle(5.25, 5.25, 1.35, second)),
  },
  floral: {
    adjectives: ['floral', 'flower-print'],
    nouns: ['flowers', 'a floral print', 'blossoms'],
    twoColours: true,
    weight: 5,
    draw: (first, second) => {
      const heart = mix(second, '#f4c542', 0.7);
      const green = mix('#4d7a4a', first, 0.25);
      return tile(
        16,
        16,
        wrapped(
          16,
          16,
          (x, y) =>
            leaf(x + 6.5, y + 5.5, 3.4, 60, green) +
            leaf(x + 2.2, y + 7, 3.2, 200, green) +
            leaf(x + 13.6, y + 13.5, 3.2, 120, green) +
            leaf(x + 9.5, y + 10, 2.8, -70, green) +
            blossom(x + 4, y + 4.5, 3, second, heart, 5, 10) +
            blossom(x + 12, y + 12.2, 2.6, second, heart, 5, 40) +
            blossom(x + 12.6, y + 3.4, 1.6, mix(second, '#ffffff', 0.4), heart, 5, 0) +
            blossom(x + 4.2, y + 12.6, 1.6, mix(second, '#ffffff', 0.4), heart, 5, 30),
        ),
      );
    },
  },
  leopard: {
    adjectives: ['leopard-print', 'leopard', 'animal-print'],
    nouns: ['leopard spots', 'an animal print'],
    twoColours: false,
    weight: 2,
    draw: (first) => {
      const dark = mix(first, '#120c08', 0.82);
      const middle = mix(first, '#5b3715', 0.45);
      const spot = (x: number, y: number, size: number, turn: number): string =>
        `<g transform="translate(${round(x)} ${round(y)}) rotate(${turn}) scale(${size})">` +
        `<ellipse cx="0" cy="0" rx="0.8" ry="0.62" fill="${middle}"/>` +
        path('M-1 -.2C-1 -.8 -.4 -1.1 .2 -.9L.1 -.5C-.3 -.6 -.6 -.4 -.6 0Z', dark) +
        path('M.5 -.7C1 -.5 1.2 .1 .9 .6L.5 .4C.7 .1 .6 -.2 .3 -.4Z', dark) +
        path('M.5 .8C.1 1.1 -.6 1 -.9 .5L-.5 .2C-.3 .6 0 .6 .3 .5Z', dark) +
        '</g>';
      return tile(
        10,
        10,
        wrapped(
          10,
          10,
          (x, y) =>
            spot(x + 2, y + 2.2, 1.5, 10) +
            spot(x + 6.8, y + 1.4, 1.15, 80) +
            spot(x + 4.6, y + 5.4, 1.3, 150) +
            spot(x + 9, y + 5.6, 1.4, 230) +
            spot(x + 1.8, y + 8, 1.1, 300) +
            spot(x + 6.6, y + 8.7, 1.4, 30),
        ),
      );
    },
  },
  zebra: {
    adjectives: ['zebra-print', 'zebra'],
    nouns: ['zebra stripes', 'a zebra print'],
    twoColours: true,
    weight: 1,
    draw: (_, second) =>
      tile(
        12,
        8,
        [0, 4]
          .map((y) =>
            path(
              `M0 ${y + 0.2}C2 ${y - 0.5} 3 ${y + 2} 6 ${y + 1}C8 ${y + 0.2} 10 ${y + 1.4} 12 ${y + 0.2}L12 ${y + 1.3}C10 ${y + 3} 8 ${y + 1.8} 6 ${y + 2.6}C3 ${y + 3.8} 2 ${y + 0.7} 0 ${y + 1.3}Z`,
              second,
            ),
          )
          .join(''),
        8,
      ),
  },
  camouflage: {
    adjectives: ['camouflage', 'camo'],
    nouns: ['a camouflage print', 'a camo print'],
    twoColours: false,
    weight: 2,
    draw: (first) => {
      const dark = mix(first, '#15160f', 0.55);
      const brown = mix(first, '#6a4c2c', 0.6);
      const light = mix(first, '#d8cfae', 0.55);
      return tile(
        20,
        20,
        wrapped(
          20,
          20,
          (x, y) =>
            path('M1 3C4 0 7 3 9 2C12 1 12 5 9 6C7 7 8 9 5 9C2 9 3 6 1 6Z', light, `translate(${x} ${y})`) +
            path(
              'M11 8C14 6 15 9 18 8C20 8 19 12 16 12C14 12 14 15 11 14C8 13 9 9 11 8Z',
              dark,
              `translate(${x} ${y})`,
            ) +
            path('M2 13C4 11 7 12 8 15C9 17 6 18 4 17C2 17 0 15 2 13Z', brown, `translate(${x} ${y})`) +
            path('M13 16C15 14 19 16 18 18C16 20 12 19 13 16Z', light, `translate(${x} ${y})`) +
            path('M14 2C16 0 19 2 18 4C16 6 12 5 14 2Z', brown, `translate(${x} ${y})`) +
            path('M6 10C8 9 9 11 8 12C6 13 4 12 6 10Z', dark, `translate(${x} ${y})`),
        ),
      );
    },
  },
  chevron: {
    adjectives: ['chevron', 'zigzag'],
    nouns: ['zigzags', 'a chevron knit'],
    twoColours: true,
    weight: 2,
    draw: (_, second) => tile(9, 6.5, path('M0 4L4.5 0L9 4V6.5L4.5 2.6L0 6.5Z', second)),
  },
  argyle: {
    adjectives: ['argyle', 'diamond-pattern'],
    nouns: ['argyle diamonds', 'an argyle pattern'],
    twoColours: true,
    weight: 2,
    draw: (first, second) =>
      tile(
        12,
        17,
        path('M6 0L12 8.5L6 17L0 8.5Z', second) +
          `<path d="M0 0L12 17M12 0L0 17" fill="none" stroke="${mix(first, '#ffffff', 0.5)}" stroke-width="0.6" stroke-dasharray="1.2 0.8"/>`,
      ),
  },
  star: {
    adjectives: ['star-print', 'starry'],
    nouns: ['stars', 'a star print'],
    twoColours: true,
    weight: 2,
    draw: (_, second) =>
      tile(
        10,
        10,
        path(starPath, second, 'translate(2.6 2.6) scale(1.9)') +
          path(starPath, second, 'translate(7.6 7.6) rotate(20) scale(1.9)'),
      ),
  },
  heart: {
    adjectives: ['heart-print'],
    nouns: ['hearts', 'little hearts'],
    twoColours: true,
    weight: 1,
    draw: (_, second) =>
      tile(
        9,
        9,
        path(heartPath, second, 'translate(2.3 2.4) scale(1.5)') +
          path(heartPath, second, 'translate(6.8 6.9) scale(1.5)'),
      ),
  },
  tropical: {
    adjectives: ['tropical-print', 'palm-print', 'leaf-print'],
    nouns: ['palm leaves', 'a tropical print'],
    twoColours: true,
    weight: 2,
    draw: (first, second) => {
      const frond = (x: number, y: number, turn: number, fill: string): string =>
        [-95, -66, -38, -12, 12, 38, 66, 95]
          .map((angle) => leaf(x, y, 7.2 - Math.abs(angle) * 0.022, angle + turn, fill))
          .join('');
      return tile(
        18,
        18,
        wrapped(
          18,
          18,
          (x, y) =>
            frond(x + 5, y + 8.4, -16, second) +
            frond(x + 13, y + 17, 20, mix(second, first, 0.35)) +
            frond(x + 13.5, y + 5.5, 60, mix(second, '#12301c', 0.3)),
        ),
      );
    },
  },
  abstract: {
    adjectives: ['abstract-print', 'brushstroke-print'],
    nouns: ['an abstract print', 'painterly brushstrokes'],
    twoColours: true,
    weight: 2,
    draw: (first, second) =>
      tile(
        17,
        17,
        wrapped(
          17,
          17,
          (x, y) =>
            path(
              'M.6 3C2 .8 5 1.6 6.4 .6C7.6 0 8.8 1 8.2 2.4C7 4.6 4 3.8 2.6 5C1.4 5.8 0 4.4 .6 3Z',
              second,
              `translate(${x} ${y})`,
            ) +
            path(
              'M9.4 9.6C11 7.4 13.6 8.6 15.2 7.4C16.4 6.8 17.4 8.2 16.6 9.4C15 11.6 12.4 10.6 11 12C9.8 12.8 8.6 11 9.4 9.6Z',
              second,
              `translate(${x} ${y})`,
            ) +
            path(
              'M2.6 9.4C4 8.6 5.2 10 4.8 12C4.4 14 5.2 15.4 4.2 16.4C3 17.2 2 15.6 2.2 13.6C2.4 12 1.6 10.2 2.6 9.4Z',
              mix(second, first, 0.45),
              `translate(${x} ${y})`,
            ) +
            path(
              'M11 .6C12.2 -.2 13.4 1 13 2.8C12.8 4.2 13.6 5 12.8 6C11.8 6.8 10.6 5.6 10.8 4C11 2.8 10.2 1.4 11 .6Z',
              mix(second, '#ffffff', 0.35),
              `translate(${x} ${y})`,
            ),
        ),
      ),
  },
  colourBlock: {
    adjectives: ['colour-block', 'two-tone'],
    nouns: ['colour blocking', 'a colour-block design'],
    twoColours: true,
    weight: 3,
    draw: (first, second) => ({
      kind: 'gradient',
      stops: [
        [0.48, first],
        [0.48, second],
      ],
    }),
  },
  dipDye: {
    adjectives: ['ombre', 'dip-dyed'],
    nouns: ['an ombre fade', 'a dip-dye effect'],
    twoColours: true,
    weight: 1,
    draw: (first, second) => ({
      kind: 'gradient',
      stops: [
        [0.25, first],
        [0.85, second],
      ],
    }),
  },
  tieDye: {
    adjectives: ['tie-dye', 'tie-dyed'],
    nouns: ['a tie-dye swirl', 'tie-dye rings'],
    twoColours: true,
    weight: 1,
    draw: (first, second) => ({
      kind: 'rings',
      radius: 15,
      stops: [
        [0, second],
        [0.3, mix(first, second, 0.75)],
        [0.5, first],
        [0.72, first],
        [1, second],
      ],
    }),
  },
};

export const patternNames: readonly PatternName[] = Object.keys(patterns) as PatternName[];

/** What catalogues say of the size of a pattern, before its words. */
export const scaleWords: Readonly<Record<'fine' | 'regular' | 'bold', readonly string[]>> = {
  fine: ['fine', 'micro', 'small-scale'],
  regular: [],
  bold: ['bold', 'oversized', 'large-scale'],
};
