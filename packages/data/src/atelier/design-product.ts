import { KaleidoError, type RandomStream, randomStream } from '@kaleido/foundation';
import { type ColourName, colourNames, colours, distance } from './colours.ts';
import type { FabricName } from './fabrics.ts';
import { type FeatureName, featureNames, type ProductFeatures } from './features.ts';
import type { GarmentKind } from './garment-kind.ts';
import { garmentKinds, type SubcategoryName, subcategoryNames } from './garment-kinds.ts';
import type { Department } from './look.ts';
import { type MotifName, motifNames, type PatternName, patterns } from './patterns.ts';

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
  /** Of the pattern, the trim or the motif; missing where only one colour shows. */
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

/** The smallest distance (0..1, see `distance`) of two colours that are to be seen side by side: about navy on cobalt. */
const contrast = 0.2;

/**
 * Designs the product of that number: the same seed and index give the same product, whatever else was designed before.
 * The sub-categories come in rounds, each once a round in a random order, so that every one is equally frequent and
 * a list of candidates of one sub-category fills evenly.
 *
 * @throws KaleidoError where `subcategories` is empty or names an unknown one
 */
export function designProduct(
  seed: number,
  index: number,
  subcategories: readonly SubcategoryName[] = subcategoryNames,
): AtelierProduct {
  checkSubcategories(subcategories);
  const round = Math.floor(index / subcategories.length);
  const order = randomStream(seed, 'atelier', 'round', round).shuffle(subcategories);
  const subcategory = order[index % subcategories.length] as SubcategoryName;
  const kind = garmentKinds[subcategory];
  const random = randomStream(seed, 'atelier', 'product', index);
  const chosen = chooseFeatures(kind, random.child('features'));
  let pattern = random.pick(kind.patterns);
  if (chosen.trim === 'cable' || chosen.trim === 'quilting') pattern = 'plain';
  const motif =
    pattern === 'plain' && chosen.trim !== 'cable' && random.chance(kind.motifs ?? 0)
      ? random.pick(motifNames)
      : undefined;
  const features = agreeing(chosen, motif !== undefined);
  const colour = random.pick(kind.colours ?? colourNames);
  const second = random.pick(
    colourNames.filter((name) => distance(colours[name].hex, colours[colour].hex) >= contrast),
  );
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

/** What `Product.attributes` holds of a product: everything that is not `none`. */
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

/** @throws KaleidoError naming the known ones */
export function checkSubcategories(names: readonly string[]): void {
  const unknown = names.find((name) => !(subcategoryNames as readonly string[]).includes(name));
  if (names.length > 0 && unknown === undefined) return;
  throw new KaleidoError({
    source: 'data',
    problem:
      names.length === 0 ? 'the atelier has no sub-category to draw' : 'the atelier does not know this sub-category',
    ...(unknown === undefined ? {} : { found: unknown }),
    advice: `use any of ${subcategoryNames.join(', ')}`,
  });
}

function chooseFeatures(kind: GarmentKind, random: RandomStream): Partial<Record<FeatureName, string>> {
  const chosen: Partial<Record<FeatureName, string>> = {};
  for (const name of featureNames) {
    const values = kind.choices[name];
    if (values) chosen[name] = random.child(name).pick<string>(values);
  }
  return chosen;
}

/** Takes away what cannot be there together. */
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
