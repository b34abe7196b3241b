import type { ColourName } from './colours.ts';
import type { FabricName } from './fabrics.ts';
import type { FeatureName, FeatureValues } from './features.ts';
import type { Department, Drawing } from './look.ts';
import type { PatternName } from './patterns.ts';

/** The values a kind chooses from; a value that is listed twice is twice as likely. */
type FeatureChoices = { readonly [Name in FeatureName]?: readonly FeatureValues[Name][] };

/** One sub-category: its words, its possible features, its drawing. */
export interface GarmentKind {
  readonly category: string;
  /** What catalogues call it; each word belongs to this sub-category alone. */
  readonly words: readonly string[];
  /** `these jeans`, not `this jeans`. */
  readonly plural?: boolean;
  /** Whether its back looks like its front, or is never shown: shoes, hats, scarves. */
  readonly oneSided?: boolean;
  readonly departments: readonly Department[];
  readonly fabrics: readonly FabricName[];
  readonly patterns: readonly PatternName[];
  /** Only these colours; default: all of them. */
  readonly colours?: readonly ColourName[];
  readonly choices: FeatureChoices;
  /** The share of products with a motif printed on the chest. */
  readonly motifs?: number;
  readonly draw: Drawing;
}

/** Patterns by the kind of cloth that they are printed on, woven or knitted into. */
export const patternSets: Readonly<
  Record<
    'prints' | 'shirting' | 'knits' | 'dresses' | 'suiting' | 'sport' | 'leather' | 'denim',
    readonly PatternName[]
  >
> = {
  prints: [
    'plain',
    'plain',
    'striped',
    'breton',
    'polkaDot',
    'floral',
    'star',
    'colourBlock',
    'tieDye',
    'dipDye',
    'leopard',
    'abstract',
    'camouflage',
    'tropical',
    'heart',
    'zebra',
  ],
  shirting: [
    'plain',
    'plain',
    'pinstripe',
    'striped',
    'gingham',
    'tartan',
    'windowpane',
    'polkaDot',
    'floral',
    'star',
    'tropical',
    'abstract',
  ],
  knits: [
    'plain',
    'plain',
    'striped',
    'breton',
    'argyle',
    'chevron',
    'colourBlock',
    'dipDye',
    'leopard',
    'heart',
    'star',
  ],
  dresses: [
    'plain',
    'plain',
    'floral',
    'floral',
    'polkaDot',
    'striped',
    'gingham',
    'tropical',
    'abstract',
    'leopard',
    'zebra',
    'pinstripe',
    'colourBlock',
    'dipDye',
    'heart',
  ],
  suiting: ['plain', 'plain', 'plain', 'pinstripe', 'tartan', 'windowpane', 'houndstooth', 'gingham'],
  sport: [
    'plain',
    'plain',
    'plain',
    'colourBlock',
    'camouflage',
    'abstract',
    'striped',
    'star',
    'tieDye',
    'chevron',
    'zebra',
  ],
  leather: [
    'plain',
    'plain',
    'plain',
    'plain',
    'leopard',
    'zebra',
    'houndstooth',
    'colourBlock',
    'floral',
    'tartan',
    'polkaDot',
  ],
  denim: ['plain'],
};

/** The washes of denim. */
export const denimColours: readonly ColourName[] = [
  'navy',
  'ink',
  'cobalt',
  'sky',
  'black',
  'charcoal',
  'grey',
  'white',
  'ivory',
  'silver',
  'teal',
  'blush',
  'sage',
  'brown',
];

export const everyone: readonly Department[] = ['women', 'men', 'girls', 'boys', 'unisex'];
export const adults: readonly Department[] = ['women', 'men', 'unisex'];
export const female: readonly Department[] = ['women', 'women', 'girls'];
