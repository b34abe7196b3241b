import { drawSkirt } from './draw-skirt-piece.ts';
import { drawBikini, drawSwimsuit } from './draw-swimwear.ts';
import { drawUpperBody, type UpperCut } from './draw-upper-body.ts';
import { denimColours, female, type GarmentKind, patternSets } from './garment-kind.ts';
import type { Drawing } from './look.ts';

function upper(cut: UpperCut): Drawing {
  return (sketch, look) => drawUpperBody(sketch, look, cut);
}

const bodice: UpperCut = { shoulder: 20, chest: 23, waist: 18.6, hem: 18.6, length: 40 };
const straight: UpperCut = { shoulder: 20.5, chest: 24, waist: 24, hem: 29, length: 90 };

export type DressKindName =
  | 'shift dress'
  | 'wrap dress'
  | 'shirt dress'
  | 'slip dress'
  | 'skater dress'
  | 'tiered dress'
  | 'pinafore dress'
  | 'sweater dress'
  | 'pencil skirt'
  | 'pleated skirt'
  | 'a-line skirt'
  | 'tiered skirt'
  | 'wrap skirt'
  | 'jumpsuit'
  | 'dungarees'
  | 'swimsuit'
  | 'bikini'
  | 'denim skirt';

/** Dresses, skirts, jumpsuits and swimwear. */
export const dressKinds: Readonly<Record<DressKindName, GarmentKind>> = {
  'shift dress': {
    category: 'dresses',
    words: ['shift dress', 'shift', 'straight dress'],
    departments: female,
    fabrics: ['crepe', 'wool', 'linen', 'velvet', 'denim', 'cotton'],
    patterns: [...patternSets.dresses, 'houndstooth', 'windowpane'],
    choices: {
      neckline: ['crew', 'boat', 'v', 'square', 'scoop'],
      sleeve: ['none', 'short', 'long', 'elbow', 'bell', 'cap'],
      length: ['mini', 'knee', 'knee', 'midi'],
      pockets: ['none', 'patch', 'flap', 'welt', 'chest'],
      hem: ['straight', 'straight', 'slits', 'ruffled', 'curved'],
      trim: ['none', 'none', 'ringer', 'embroidery'],
    },
    draw: upper(straight),
  },
  'wrap dress': {
    category: 'dresses',
    words: ['wrap dress', 'wrap-front dress'],
    departments: ['women'],
    fabrics: ['crepe', 'silk', 'satin', 'cotton', 'linen'],
    patterns: patternSets.dresses,
    choices: {
      waist: ['sash'],
      sleeve: ['short', 'long', 'bell', 'balloon', 'elbow', 'none', 'puff'],
      length: ['mini', 'knee', 'midi', 'maxi'],
      hem: ['straight', 'straight', 'ruffled', 'asymmetric'],
      pockets: ['none', 'none', 'sides'],
    },
    draw: (sketch, look) =>
      drawUpperBody(sketch, look, { ...bodice, openTo: 34, skirt: { hip: 25, hem: 36, length: 54, style: 'wrap' } }),
  },
  'shirt dress': {
    category: 'dresses',
    words: ['shirt dress', 'shirtdress', 'shirtwaist dress'],
    departments: female,
    fabrics: ['poplin', 'denim', 'linen', 'silk', 'twill', 'corduroy'],
    patterns: patternSets.shirting,
    choices: {
      collar: ['point', 'point', 'band', 'peterPan'],
      closure: ['buttons', 'buttons', 'press', 'hidden'],
      sleeve: ['long', 'rolled', 'short', 'none', 'balloon'],
      waist: ['belt', 'sash', 'sash', 'plain'],
      length: ['mini', 'knee', 'midi', 'maxi'],
      pockets: ['none', 'chest', 'twoChest', 'flapChest', 'patch'],
      hem: ['curved', 'straight', 'slits'],
      trim: ['none', 'none', 'tipping'],
    },
    draw: upper({ ...straight, shirtCuffs: true, waist: 22, neck: 8 }),
  },
  'slip dress': {
    category: 'dresses',
    words: ['slip dress', 'cami dress', 'bias-cut dress'],
    departments: ['women'],
    fabrics: ['satin', 'satin', 'silk', 'velvet', 'crepe'],
    patterns: ['plain', 'plain', 'plain', 'floral', 'polkaDot', 'leopard', 'zebra', 'abstract', 'dipDye', 'star'],
    choices: {
      neckline: ['v', 'straight', 'sweetheart', 'scoop'],
      strap: ['thin', 'thin', 'halter', 'tied'],
      length: ['mini', 'knee', 'midi', 'maxi'],
      hem: ['straight', 'lace', 'slit', 'asymmetric', 'ruffled'],
      waist: ['plain', 'plain', 'plain', 'sash'],
      trim: ['none', 'none', 'piping'],
    },
    draw: upper({ ...bodice, waist: 19, length: 42, strapTop: 12, skirt: { hip: 23, hem: 26, length: 56 } }),
  },
  'skater dress': {
    category: 'dresses',
    words: ['skater dress', 'fit-and-flare dress', 'full-skirted dress'],
    departments: female,
    fabrics: ['cotton', 'satin', 'velvet', 'crepe', 'poplin'],
    patterns: patternSets.dresses,
    choices: {
      neckline: ['crew', 'v', 'scoop', 'square', 'boat', 'sweetheart'],
      sleeve: ['none', 'short', 'puff', 'long', 'cap', 'elbow'],
      length: ['mini', 'knee', 'knee', 'midi'],
      waist: ['seam', 'belt', 'bow', 'sash'],
      hem: ['straight', 'straight', 'lace'],
      trim: ['none', 'none', 'ringer'],
    },
    draw: upper({ ...bodice, skirt: { hip: 32, hem: 47, length: 50, style: 'gathered' } }),
  },
  'tiered dress': {
    category: 'dresses',
    words: ['tiered dress', 'boho dress', 'prairie dress'],
    departments: female,
    fabrics: ['cotton', 'linen', 'crepe', 'poplin'],
    patterns: patternSets.dresses,
    choices: {
      neckline: ['crew', 'v', 'square', 'scoop', 'henley'],
      sleeve: ['none', 'short', 'puff', 'balloon', 'bell', 'cap'],
      length: ['knee', 'midi', 'maxi'],
      waist: ['seam', 'sash', 'bow', 'belt'],
      trim: ['none', 'none', 'ringer', 'embroidery'],
    },
    draw: upper({ ...bodice, length: 36, waist: 20, skirt: { hip: 28, hem: 36, length: 56, style: 'tiered' } }),
  },
  'pinafore dress': {
    category: 'dresses',
    words: ['pinafore dress', 'pinafore', 'jumper dress'],
    departments: ['women', 'girls', 'girls'],
    fabrics: ['corduroy', 'denim', 'wool', 'canvas', 'linen'],
    patterns: [...patternSets.suiting, 'floral', 'polkaDot'],
    choices: {
      strap: ['wide', 'wide', 'cross', 'tied'],
      pockets: ['bib', 'patch', 'slant', 'none'],
      length: ['mini', 'mini', 'knee', 'midi'],
      closure: ['none', 'buttons', 'none'],
      hem: ['straight', 'ruffled', 'straight', 'raw'],
      waist: ['seam', 'belt', 'bow'],
    },
    draw: (sketch, look) =>
      drawUpperBody(sketch, look, {
        ...bodice,
        chest: 17.4,
        waist: 18,
        hem: 18,
        strapTop: 17,
        skirt: { hip: 26, hem: 33, length: 50 },
      }),
  },
  'sweater dress': {
    category: 'dresses',
    words: ['sweater dress', 'knitted dress', 'jersey bodycon dress'],
    departments: ['women', 'girls'],
    fabrics: ['knit', 'ribbed', 'ribbed', 'wool'],
    patterns: patternSets.knits,
    choices: {
      neckline: ['turtle', 'turtle', 'crew', 'v', 'mock', 'boat'],
      sleeve: ['long', 'long', 'balloon', 'bell', 'short'],
      length: ['mini', 'knee', 'knee', 'midi'],
      waist: ['plain', 'plain', 'sash', 'belt'],
      trim: ['none', 'none', 'cable', 'elbow'],
      pockets: ['none', 'none', 'patch', 'kangaroo'],
    },
    draw: upper({ ...straight, waist: 20.5, hem: 22, ribHem: true, ribCuffs: true, length: 86 }),
  },
  'pencil skirt': {
    category: 'skirts',
    words: ['pencil skirt', 'tube skirt', 'straight skirt'],
    departments: ['women'],
    fabrics: ['wool', 'crepe', 'leather', 'stretch', 'suede', 'denim'],
    patterns: [...patternSets.suiting, 'leopard', 'floral', 'striped'],
    choices: {
      length: ['mini', 'knee', 'knee', 'midi'],
      waist: ['plain', 'high', 'belt', 'bow'],
      hem: ['straight', 'slit', 'slit', 'ruffled', 'lace'],
      closure: ['none', 'buttons', 'zip', 'sideZip'],
      pockets: ['none', 'none', 'slant', 'flap'],
      trim: ['none', 'none', 'piping', 'ringer'],
    },
    draw: (sketch, look) => drawSkirt(sketch, look, { waist: 17.4, hip: 23, hem: 20.4, length: 56 }),
  },
  'pleated skirt': {
    category: 'skirts',
    words: ['pleated skirt', 'plisse skirt', 'knife-pleat skirt'],
    departments: female,
    fabrics: ['crepe', 'satin', 'wool', 'poplin', 'leather'],
    patterns: [...patternSets.suiting, 'dipDye', 'polkaDot', 'floral', 'colourBlock', 'striped'],
    choices: {
      length: ['mini', 'mini', 'knee', 'midi', 'maxi'],
      waist: ['plain', 'high', 'elastic', 'belt', 'bow', 'sash'],
      trim: ['none', 'none', 'ringer'],
    },
    draw: (sketch, look) => drawSkirt(sketch, look, { waist: 17, hip: 25, hem: 37, length: 52, style: 'pleated' }),
  },
  'a-line skirt': {
    category: 'skirts',
    words: ['A-line skirt', 'flared skirt', 'swing skirt'],
    departments: female,
    fabrics: ['suede', 'corduroy', 'denim', 'linen', 'velvet', 'leather'],
    patterns: [...patternSets.suiting, 'floral', 'polkaDot', 'leopard'],
    choices: {
      length: ['mini', 'mini', 'knee', 'midi'],
      waist: ['plain', 'high', 'belt', 'drawstring'],
      closure: ['none', 'buttons', 'buttons', 'zip'],
      pockets: ['none', 'patch', 'flap', 'slant', 'scoop'],
      hem: ['straight', 'straight', 'raw', 'ruffled', 'lace'],
      trim: ['none', 'none', 'ringer'],
    },
    draw: (sketch, look) => drawSkirt(sketch, look, { waist: 17.4, hip: 26, hem: 38, length: 54 }),
  },
  'tiered skirt': {
    category: 'skirts',
    words: ['tiered skirt', 'peasant skirt', 'ruffle-tier skirt'],
    departments: female,
    fabrics: ['cotton', 'crepe', 'linen', 'silk'],
    patterns: patternSets.dresses,
    choices: {
      length: ['mini', 'knee', 'midi', 'maxi'],
      waist: ['elastic', 'drawstring', 'sash', 'plain', 'bow', 'belt'],
      trim: ['none', 'none', 'ringer'],
    },
    draw: (sketch, look) => drawSkirt(sketch, look, { waist: 17.4, hip: 26, hem: 38, length: 52, style: 'tiered' }),
  },
  'wrap skirt': {
    category: 'skirts',
    words: ['wrap skirt', 'sarong skirt', 'wrap-over skirt'],
    departments: ['women'],
    fabrics: ['satin', 'linen', 'crepe', 'denim', 'silk'],
    patterns: patternSets.dresses,
    choices: {
      length: ['mini', 'knee', 'midi', 'maxi'],
      waist: ['sash', 'sash', 'bow', 'belt', 'plain'],
      hem: ['ruffled', 'straight', 'straight', 'asymmetric', 'lace'],
      pockets: ['none', 'none', 'slant'],
    },
    draw: (sketch, look) => drawSkirt(sketch, look, { waist: 17.4, hip: 25, hem: 29, length: 54, style: 'wrap' }),
  },
  jumpsuit: {
    category: 'jumpsuits',
    words: ['jumpsuit', 'all-in-one', 'one-piece trouser suit'],
    departments: ['women', 'women', 'girls'],
    fabrics: ['crepe', 'linen', 'denim', 'satin', 'cotton'],
    patterns: patternSets.dresses,
    choices: {
      neckline: ['v', 'crew', 'scoop', 'square', 'boat'],
      sleeve: ['none', 'short', 'long', 'puff', 'bell', 'cap'],
      waist: ['belt', 'sash', 'seam', 'bow'],
      length: ['full', 'full', 'ankle'],
      pockets: ['none', 'slant', 'chest'],
      closure: ['none', 'none', 'zip', 'buttons'],
      fit: ['regular', 'slim', 'relaxed'],
    },
    draw: upper({
      ...bodice,
      waist: 19,
      length: 41,
      legs: { waist: 19, hip: 25, rise: 28, length: 100, knee: 26, hem: 27, waistband: 'none' },
    }),
  },
  dungarees: {
    category: 'jumpsuits',
    words: ['dungarees', 'overalls', 'bib overalls'],
    plural: true,
    departments: ['women', 'men', 'girls', 'boys', 'unisex'],
    fabrics: ['denim', 'denim', 'corduroy', 'canvas', 'linen'],
    patterns: ['plain', 'plain', 'plain', 'pinstripe', 'striped', 'windowpane', 'floral', 'gingham', 'camouflage'],
    choices: {
      strap: ['wide'],
      pockets: ['bib', 'bib', 'slant', 'cargo'],
      length: ['full', 'ankle', 'short'],
      hem: ['straight', 'turnUps', 'raw'],
      trim: ['none', 'contrastStitch', 'distressed', 'faded'],
      fit: ['regular', 'slim', 'relaxed'],
      waist: ['plain', 'plain', 'belt'],
    },
    draw: upper({
      shoulder: 20,
      chest: 17,
      waist: 20.5,
      hem: 20.5,
      length: 42,
      strapTop: 16,
      legs: { waist: 20.5, hip: 25, rise: 28, length: 98, knee: 24, hem: 22, waistband: 'none', jeans: true },
    }),
  },
  swimsuit: {
    category: 'swimwear',
    words: ['swimsuit', 'one-piece swimsuit', 'bathing suit'],
    departments: female,
    fabrics: ['stretch'],
    patterns: patternSets.dresses,
    choices: {
      neckline: ['v', 'scoop', 'plunge', 'sweetheart', 'square', 'straight'],
      strap: ['thin', 'wide', 'halter', 'cross'],
      shape: ['low', 'highLeg'],
      trim: ['none', 'none', 'piping', 'bowKnot'],
      waist: ['plain', 'plain', 'plain', 'belt'],
      closure: ['none', 'none', 'none', 'halfZip'],
    },
    draw: drawSwimsuit,
  },
  bikini: {
    category: 'swimwear',
    words: ['bikini', 'two-piece', 'bikini set'],
    departments: ['women'],
    fabrics: ['stretch'],
    patterns: patternSets.dresses,
    choices: {
      neckline: ['v', 'scoop', 'straight'],
      strap: ['thin', 'halter', 'wide', 'none'],
      shape: ['low', 'highLeg'],
      waist: ['plain', 'high'],
      trim: ['none', 'piping', 'ties', 'ties', 'bowKnot'],
    },
    draw: drawBikini,
  },
  'denim skirt': {
    category: 'skirts',
    words: ['denim skirt', 'jean skirt'],
    departments: female,
    fabrics: ['denim'],
    patterns: patternSets.denim,
    colours: denimColours,
    choices: {
      length: ['mini', 'mini', 'knee', 'midi'],
      waist: ['plain', 'high', 'belt'],
      closure: ['buttons', 'zip', 'none'],
      pockets: ['scoop', 'patch', 'flap'],
      hem: ['straight', 'raw', 'slit', 'ruffled'],
      trim: ['none', 'contrastStitch', 'piping'],
    },
    draw: (sketch, look) => drawSkirt(sketch, look, { waist: 17.8, hip: 24.5, hem: 27, length: 52 }),
  },
};
