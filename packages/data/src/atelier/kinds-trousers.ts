import { drawLegs, type LegCut } from './draw-lower-body.ts';
import { denimColours, everyone, type GarmentKind, patternSets } from './garment-kind.ts';
import type { Drawing } from './look.ts';

function legs(cut: LegCut): Drawing {
  return (sketch, look) => drawLegs(sketch, look, cut);
}

const trouserCut: LegCut = { waist: 19, hip: 25, rise: 27, length: 102, knee: 23, hem: 21, fly: true };
const jeanCut: LegCut = { ...trouserCut, jeans: true };

export type TrouserKindName =
  | 'trousers'
  | 'wide-leg trousers'
  | 'joggers'
  | 'leggings'
  | 'cargo trousers'
  | 'skinny jeans'
  | 'straight jeans'
  | 'flared jeans'
  | 'denim shorts'
  | 'chino shorts'
  | 'swim shorts';

/** Trousers, jeans and shorts. */
export const trouserKinds: Readonly<Record<TrouserKindName, GarmentKind>> = {
  trousers: {
    category: 'trousers',
    words: ['tailored trousers', 'suit trousers', 'dress pants'],
    plural: true,
    departments: ['women', 'men', 'boys'],
    fabrics: ['wool', 'wool', 'linen', 'crepe', 'corduroy', 'velvet'],
    patterns: patternSets.suiting,
    choices: {
      fit: ['regular', 'slim', 'slim'],
      length: ['full', 'full', 'ankle'],
      waist: ['plain', 'pleats', 'pleats', 'high', 'belt'],
      pockets: ['slant', 'none', 'slant'],
      hem: ['straight', 'turnUps', 'slits'],
      trim: ['crease'],
    },
    draw: legs({ ...trouserCut, hem: 19.5, knee: 22 }),
  },
  'wide-leg trousers': {
    category: 'trousers',
    words: ['wide-leg trousers', 'palazzo pants', 'wide-leg pants'],
    plural: true,
    departments: ['women', 'women', 'unisex', 'girls'],
    fabrics: ['linen', 'crepe', 'satin', 'silk', 'wool'],
    patterns: patternSets.dresses,
    choices: {
      length: ['full', 'full', 'ankle'],
      waist: ['high', 'elastic', 'drawstring', 'sash', 'belt', 'pleats', 'bow'],
      pockets: ['none', 'slant', 'patch'],
      hem: ['straight', 'slits', 'turnUps', 'lace'],
      trim: ['none', 'none', 'stripes'],
    },
    draw: legs({ ...trouserCut, knee: 31, hem: 39, fly: false }),
  },
  joggers: {
    category: 'trousers',
    words: ['joggers', 'sweatpants', 'jogging bottoms'],
    plural: true,
    departments: everyone,
    fabrics: ['fleece', 'fleece', 'cotton', 'nylon', 'knit'],
    patterns: patternSets.sport,
    choices: {
      fit: ['regular', 'slim', 'relaxed'],
      length: ['full', 'full', 'ankle'],
      waist: ['drawstring', 'drawstring', 'elastic'],
      pockets: ['slant', 'zipped', 'none', 'patch'],
      hem: ['cuffed'],
      trim: ['none', 'stripes', 'stripes', 'ringer'],
    },
    draw: legs({ ...trouserCut, waistband: 'elastic', fly: false, knee: 24, hem: 17 }),
  },
  leggings: {
    category: 'trousers',
    words: ['leggings', 'tights', 'yoga leggings'],
    plural: true,
    departments: ['women', 'women', 'girls'],
    fabrics: ['stretch', 'stretch', 'ribbed', 'leather', 'cotton'],
    patterns: patternSets.sport,
    choices: {
      length: ['full', 'full', 'ankle'],
      waist: ['high', 'elastic', 'elastic'],
      pockets: ['none', 'none', 'zipped'],
      trim: ['none', 'none', 'stripes', 'ringer'],
      hem: ['straight', 'straight', 'lace', 'slits'],
    },
    draw: legs({
      ...trouserCut,
      waist: 15.5,
      hip: 19,
      waistband: 'elastic',
      fly: false,
      knee: 13.5,
      hem: 9.5,
      tight: true,
    }),
  },
  'cargo trousers': {
    category: 'trousers',
    words: ['cargo trousers', 'cargo pants', 'combat trousers'],
    plural: true,
    departments: everyone,
    fabrics: ['canvas', 'twill', 'nylon', 'corduroy'],
    patterns: ['plain', 'plain', 'plain', 'camouflage', 'camouflage', 'pinstripe', 'windowpane'],
    choices: {
      fit: ['regular', 'slim', 'relaxed'],
      length: ['full', 'full', 'ankle'],
      waist: ['plain', 'drawstring', 'belt', 'elastic'],
      pockets: ['cargo'],
      hem: ['straight', 'cuffed', 'turnUps', 'raw'],
      trim: ['none', 'none', 'contrastStitch'],
    },
    draw: legs({ ...trouserCut, knee: 25, hem: 23 }),
  },
  'skinny jeans': {
    category: 'jeans',
    words: ['skinny jeans', 'drainpipe jeans', 'super-slim jeans'],
    plural: true,
    departments: ['women', 'men', 'girls', 'boys'],
    fabrics: ['denim'],
    patterns: patternSets.denim,
    colours: denimColours,
    choices: {
      length: ['full', 'full', 'ankle'],
      waist: ['plain', 'high', 'belt'],
      pockets: ['scoop'],
      hem: ['straight', 'raw', 'turnUps'],
      trim: ['none', 'contrastStitch', 'distressed', 'faded', 'stripes'],
    },
    draw: legs({ ...jeanCut, hip: 20.6, waist: 16.8, knee: 14.4, hem: 10.8 }),
  },
  'straight jeans': {
    category: 'jeans',
    words: ['straight jeans', 'regular jeans', 'straight-leg jeans'],
    plural: true,
    departments: everyone,
    fabrics: ['denim'],
    patterns: patternSets.denim,
    colours: denimColours,
    choices: {
      length: ['full', 'full', 'ankle'],
      waist: ['plain', 'high', 'belt'],
      pockets: ['scoop'],
      hem: ['straight', 'raw', 'turnUps'],
      trim: ['none', 'contrastStitch', 'distressed', 'faded', 'stripes'],
    },
    draw: legs({ ...jeanCut, knee: 24, hem: 24 }),
  },
  'flared jeans': {
    category: 'jeans',
    words: ['flared jeans', 'bootcut jeans', 'bell-bottom jeans'],
    plural: true,
    departments: ['women', 'women', 'girls', 'unisex'],
    fabrics: ['denim'],
    patterns: patternSets.denim,
    colours: denimColours,
    choices: {
      length: ['full', 'full', 'ankle'],
      waist: ['plain', 'high', 'belt'],
      pockets: ['scoop', 'patch'],
      hem: ['straight', 'raw', 'slits'],
      trim: ['none', 'contrastStitch', 'distressed', 'faded', 'stripes'],
    },
    draw: legs({ ...jeanCut, hip: 23, waist: 18, knee: 18, hem: 32 }),
  },
  'denim shorts': {
    category: 'shorts',
    words: ['denim shorts', 'jean shorts', 'cut-offs'],
    plural: true,
    departments: everyone,
    fabrics: ['denim'],
    patterns: patternSets.denim,
    colours: denimColours,
    choices: {
      length: ['short', 'mid', 'bermuda'],
      waist: ['plain', 'high', 'belt'],
      pockets: ['scoop'],
      hem: ['raw', 'raw', 'turnUps', 'straight'],
      trim: ['none', 'contrastStitch', 'distressed', 'faded', 'stripes'],
      fit: ['regular', 'slim', 'relaxed'],
    },
    draw: legs({ ...jeanCut, length: 48 }),
  },
  'chino shorts': {
    category: 'shorts',
    words: ['chino shorts', 'tailored shorts', 'walking shorts'],
    plural: true,
    departments: ['women', 'men', 'boys', 'girls'],
    fabrics: ['twill', 'linen', 'crepe', 'wool'],
    patterns: [...patternSets.suiting, 'floral', 'polkaDot', 'tropical', 'striped'],
    choices: {
      length: ['short', 'mid', 'bermuda'],
      waist: ['plain', 'pleats', 'belt', 'high', 'sash'],
      pockets: ['slant', 'slant', 'cargo', 'patch'],
      hem: ['straight', 'turnUps', 'turnUps', 'slits'],
      trim: ['none', 'crease', 'stripes'],
      fit: ['regular', 'slim', 'relaxed'],
    },
    draw: legs({ ...trouserCut, length: 48 }),
  },
  'swim shorts': {
    category: 'swimwear',
    words: ['swim shorts', 'swim trunks', 'board shorts'],
    plural: true,
    departments: ['men', 'men', 'boys'],
    fabrics: ['nylon'],
    patterns: [
      'plain',
      'striped',
      'tropical',
      'tropical',
      'floral',
      'colourBlock',
      'polkaDot',
      'star',
      'abstract',
      'camouflage',
      'tieDye',
      'gingham',
      'zebra',
    ],
    choices: {
      length: ['short', 'mid', 'bermuda'],
      waist: ['drawstring'],
      pockets: ['none', 'slant', 'zipped', 'patch'],
      trim: ['none', 'stripes', 'ringer'],
      hem: ['straight', 'slits'],
      fit: ['regular', 'relaxed'],
    },
    draw: legs({ ...trouserCut, length: 44, waistband: 'elastic', fly: false }),
  },
};
