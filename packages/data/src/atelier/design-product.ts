import { type RandomStream, randomStream } from '@kaleido/foundation';
import {
  type Assortment,
  coloursOf,
  completeAssortment,
  contrastingColours,
  patternsOf,
  wholeAssortment,
} from './assortment.ts';
import type { ColourName } from './colours.ts';
import type { FabricName } from './fabrics.ts';
import { type FeatureName, featureNames, type ProductFeatures } from './features.ts';
import type { GarmentKind } from './garment-kind.ts';
import { garmentKinds, type SubcategoryName } from './garment-kinds.ts';
import type { Department } from './look.ts';
import { type MotifName, motifNames } from './motifs.ts';
import { type PatternName, patterns } from './patterns.ts';

/** A designed article: plain data, from which pictures and captions are made. */
export interface AtelierProduct {
  readonly seed: number;
  readonly index: number;
  /** The `productId` of its pictures. */
  readonly id: string;
  readonly category: string;
  readonly subcategory: SubcategoryName;
  readonly department: Department;
  readonly colour: ColourName;
  /** Of the pattern, the trim or the motif; missing if only one colour is visible. */
  readonly secondColour?: ColourName;
  readonly pattern: PatternName;
  readonly patternScale: PatternScale;
  readonly fabric: FabricName;
  readonly features: ProductFeatures;
  readonly motif?: MotifName;
  /** Zips, buckles, rivets and chains. */
  readonly metal: 'silver' | 'gold';
  readonly season: Season;
}

export type PatternScale = 'fine' | 'regular' | 'bold';

export type Season = 'spring' | 'summer' | 'autumn' | 'winter';

const seasons: readonly Season[] = ['spring', 'summer', 'autumn', 'winter'];

/** Trims that are made in the second colour. */
const contrastTrims: ReadonlySet<string> = new Set([
  'ringer',
  'raglan',
  'tipping',
  'piping',
  'stripes',
  'contrastStitch',
  'embroidery',
  'elbow',
  'band',
  'heelTab',
  'sideStripe',
  'toeCap',
  'contrastHeel',
  'bottomStripes',
  'badge',
  'pompom',
]);

/**
 * Designs the product of that number: the same seed and index give the same product, regardless of earlier calls.
 * The sub-categories come in rounds, each once per round in random order. So all are equally frequent, and lists of
 * candidates of one sub-category fill evenly.
 *
 * @param assortment what to choose from; default: everything
 * @throws KaleidoError if a name is unknown, or some product cannot be designed from this assortment
 */
export function designProduct(
  seed: number,
  index: number,
  assortment: Partial<Assortment> = wholeAssortment,
): AtelierProduct {
  const { subcategories, colours, patterns: known } = completeAssortment(assortment);
  const round = Math.floor(index / subcategories.length);
  const order = randomStream(seed, 'atelier', 'round', round).shuffle(subcategories);
  const subcategory = order[index % subcategories.length] as SubcategoryName;
  const kind = garmentKinds[subcategory];
  const random = randomStream(seed, 'atelier', 'product', index);
  const chosen = chooseFeatures(kind, random.child('features'));
  let pattern = random.pick(patternsOf(subcategory, known));
  if (chosen.trim === 'cable' || chosen.trim === 'quilting') pattern = 'plain';
  const motif =
    pattern === 'plain' && chosen.trim !== 'cable' && random.chance(kind.motifs ?? 0)
      ? random.pick(motifNames)
      : undefined;
  const features = agreeing(chosen, motif !== undefined);
  const colour = random.pick(coloursOf(subcategory, colours));
  const second = random.pick(contrastingColours(colour, colours));
  const showsSecond =
    patterns[pattern].twoColours ||
    motif !== undefined ||
    contrastTrims.has(features.trim ?? 'none') ||
    features.strap === 'contrast' ||
    features.collar === 'peterPan';
  return {
    seed,
    index,
    id: `atelier-${seed}-${String(index).padStart(6, '0')}`,
    category: kind.category,
    subcategory,
    department: random.pick(kind.departments),
    colour,
    ...(showsSecond ? { secondColour: second } : {}),
    pattern,
    patternScale: random.pick<PatternScale>(['fine', 'regular', 'regular', 'bold']),
    fabric: random.pick(kind.fabrics),
    features,
    ...(motif ? { motif } : {}),
    metal: random.pick(['silver', 'gold'] as const),
    season: random.pick(seasons),
  };
}

/** The `Product.attributes` of a product: everything that is not `none`. */
export function productAttributes(product: AtelierProduct): Record<string, string> {
  const attributes: Record<string, string> = {
    department: product.department,
    baseColour: product.colour,
    ...(product.secondColour ? { secondColour: product.secondColour } : {}),
    pattern: product.pattern,
    fabric: product.fabric,
    season: product.season,
  };
  for (const name of featureNames) {
    const value = product.features[name];
    if (value !== undefined && value !== 'none') attributes[name] = value;
  }
  if (product.motif) attributes.motif = product.motif;
  return attributes;
}

function chooseFeatures(kind: GarmentKind, random: RandomStream): Partial<Record<FeatureName, string>> {
  const chosen: Partial<Record<FeatureName, string>> = {};
  for (const name of featureNames) {
    const values = kind.choices[name];
    if (values) chosen[name] = random.child(name).pick<string>(values);
  }
  return chosen;
}

/** Removes features that exclude each other. */
function agreeing(chosen: Partial<Record<FeatureName, string>>, motif: boolean): ProductFeatures {
  const features = { ...chosen };
  const { sleeve, trim, pockets } = features;
  const bare = sleeve === undefined || sleeve === 'none';
  if (trim === 'raglan' && bare) features.trim = 'none';
  if (trim === 'elbow' && sleeve !== 'long') features.trim = 'none';
  if (features.trim === 'embroidery' && motif) features.trim = 'none';
  const chestTaken = motif || features.trim === 'embroidery' || features.trim === 'cable';
  if (chestTaken && (pockets === 'chest' || pockets === 'twoChest' || pockets === 'flapChest'))
    features.pockets = 'none';
  if (features.waist === 'pleats' && features.pockets === 'scoop') features.pockets = 'slant';
  return features as ProductFeatures;
}
