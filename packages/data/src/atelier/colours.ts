/** A colour of the catalogue: its name in `attributes`, the sRGB value of the cloth, and what catalogues call it. */
export interface Colour {
  readonly hex: string;
  readonly words: readonly string[];
}

export type ColourName =
  | 'black'
  | 'ink'
  | 'navy'
  | 'charcoal'
  | 'grey'
  | 'silver'
  | 'white'
  | 'ivory'
  | 'cream'
  | 'sand'
  | 'camel'
  | 'brown'
  | 'rust'
  | 'orange'
  | 'mustard'
  | 'yellow'
  | 'red'
  | 'burgundy'
  | 'coral'
  | 'blush'
  | 'fuchsia'
  | 'lilac'
  | 'purple'
  | 'cobalt'
  | 'sky'
  | 'teal'
  | 'mint'
  | 'sage'
  | 'olive'
  | 'forest';

/**
 * 30 colours of cloth. As in shops, some are hard to tell apart in some light (black / ink / navy / charcoal,
 * white / ivory / cream, camel / sand). No word is used for two colours.
 */
export const colours: Readonly<Record<ColourName, Colour>> = {
  black: { hex: '#1f1f22', words: ['black', 'jet black', 'jet'] },
  ink: { hex: '#1d2536', words: ['ink', 'ink blue', 'blue-black'] },
  navy: { hex: '#24335c', words: ['navy', 'navy blue', 'midnight'] },
  charcoal: { hex: '#45484e', words: ['charcoal', 'dark grey', 'anthracite'] },
  grey: { hex: '#9b9da1', words: ['grey', 'mid grey', 'ash'] },
  silver: { hex: '#c9ccd0', words: ['light grey', 'silver', 'pearl grey'] },
  white: { hex: '#f6f6f5', words: ['white', 'optic white', 'bright white'] },
  ivory: { hex: '#f1ecdd', words: ['ivory', 'off-white', 'ecru'] },
  cream: { hex: '#eadfc0', words: ['cream', 'vanilla', 'buttermilk'] },
  sand: { hex: '#d2bd98', words: ['sand', 'beige', 'stone'] },
  camel: { hex: '#b98a55', words: ['camel', 'tan', 'caramel'] },
  brown: { hex: '#5f4030', words: ['brown', 'chocolate', 'espresso'] },
  rust: { hex: '#ab5029', words: ['rust', 'terracotta', 'burnt orange'] },
  orange: { hex: '#ea8128', words: ['orange', 'tangerine', 'pumpkin'] },
  mustard: { hex: '#d4a22a', words: ['mustard', 'ochre', 'mustard yellow'] },
  yellow: { hex: '#f2d64f', words: ['yellow', 'lemon', 'sunshine yellow'] },
  red: { hex: '#c3262e', words: ['red', 'scarlet', 'poppy red'] },
  burgundy: { hex: '#6c2033', words: ['burgundy', 'wine', 'bordeaux'] },
  coral: { hex: '#ef7f6c', words: ['coral', 'salmon', 'melon'] },
  blush: { hex: '#eebfc1', words: ['blush', 'pale pink', 'rose'] },
  fuchsia: { hex: '#d3307f', words: ['fuchsia', 'hot pink', 'magenta'] },
  lilac: { hex: '#bda6d6', words: ['lilac', 'lavender', 'wisteria'] },
  purple: { hex: '#5f3a86', words: ['purple', 'violet', 'plum'] },
  cobalt: { hex: '#2650b2', words: ['cobalt', 'royal blue', 'electric blue'] },
  sky: { hex: '#93bfe2', words: ['sky blue', 'light blue', 'baby blue'] },
  teal: { hex: '#1f7478', words: ['teal', 'petrol', 'peacock'] },
  mint: { hex: '#aedcc4', words: ['mint', 'pale green', 'mint green'] },
  sage: { hex: '#94a583', words: ['sage', 'sage green', 'eucalyptus'] },
  olive: { hex: '#63653a', words: ['olive', 'khaki green', 'moss'] },
  forest: { hex: '#22503a', words: ['forest green', 'bottle green', 'dark green'] },
};

export const colourNames: readonly ColourName[] = Object.keys(colours) as ColourName[];

type Triple = readonly [number, number, number];

function parse(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function format(channels: Triple): string {
  return `#${channels
    .map((channel) =>
      Math.min(255, Math.max(0, Math.round(channel)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** The colour between two: amount 0 is the first, 1 the second. */
export function mix(first: string, second: string, amount: number): string {
  const [from, to] = [parse(first), parse(second)];
  return format([
    from[0] + (to[0] - from[0]) * amount,
    from[1] + (to[1] - from[1]) * amount,
    from[2] + (to[2] - from[2]) * amount,
  ]);
}

export function darker(hex: string, amount: number): string {
  return mix(hex, '#05060a', amount);
}

export function lighter(hex: string, amount: number): string {
  return mix(hex, '#ffffff', amount);
}

/** Relative lightness in 0..1 (Rec. 709 weights on the sRGB values: enough to tell dark from light). */
export function lightness(hex: string): number {
  const [red, green, blue] = parse(hex);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** How far two colours are apart, 0..1: the mean distance of the channels. */
export function distance(first: string, second: string): number {
  const [a, b] = [parse(first), parse(second)];
  return (Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2])) / 765;
}

/** A dye lot: adds a small offset to each channel. Offsets are in 1/255. */
export function dyed(hex: string, red: number, green: number, blue: number): string {
  const channels = parse(hex);
  return format([channels[0] + red, channels[1] + green, channels[2] + blue]);
}
