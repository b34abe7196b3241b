import { KaleidoError } from '@kaleido/foundation';
import { type ColourName, colourNames, colours, distance } from './colours.ts';
import { garmentKinds, type SubcategoryName, subcategoryNames } from './garment-kinds.ts';
import { type PatternName, patternNames } from './patterns.ts';

/** What a shop stocks. */
export interface Assortment {
  readonly subcategories: readonly SubcategoryName[];
  readonly colours: readonly ColourName[];
  readonly patterns: readonly PatternName[];
}

/** Everything the atelier can draw. */
export const wholeAssortment: Assortment = {
  subcategories: subcategoryNames,
  colours: colourNames,
  patterns: patternNames,
};

/** The smallest distance (0..1, see `distance`) between two colours used together: about navy on cobalt. */
const leastContrast = 0.2;

/** For each colour, the colours that contrast with it. */
const contrasts: ReadonlyMap<ColourName, readonly ColourName[]> = new Map(
  colourNames.map((colour) => [
    colour,
    colourNames.filter((name) => distance(colours[name].hex, colours[colour].hex) >= leastContrast),
  ]),
);

/** The colours that contrast with the given one. */
export function contrastingColours(colour: ColourName, among: readonly ColourName[]): readonly ColourName[] {
  return contrasts.get(colour)?.filter((name) => among.includes(name)) ?? [];
}

/** The colours that a sub-category comes in. */
export function coloursOf(subcategory: SubcategoryName, among: readonly ColourName[]): readonly ColourName[] {
  const own = garmentKinds[subcategory].colours;
  return own === undefined ? among : own.filter((name) => among.includes(name));
}

/** The patterns that a sub-category comes in; one that is listed twice is twice as likely. */
export function patternsOf(subcategory: SubcategoryName, among: readonly PatternName[]): readonly PatternName[] {
  return garmentKinds[subcategory].patterns.filter((name) => among.includes(name));
}

/** Assortments that were checked already, since every product checks its assortment. */
const sound = new WeakSet<Partial<Assortment>>();

/**
 * Fills in defaults.
 * @throws KaleidoError if a name is unknown, or some product cannot be designed from this assortment
 */
export function completeAssortment(choice: Partial<Assortment>): Assortment {
  const assortment: Assortment = { ...wholeAssortment, ...choice };
  if (!sound.has(choice)) {
    checkAssortment(assortment);
    sound.add(choice);
  }
  return assortment;
}

/** @throws KaleidoError if a name is unknown, or some product cannot be designed from this assortment */
export function checkAssortment({ subcategories, colours: shades, patterns }: Assortment): void {
  checkNames('sub-category', subcategories, subcategoryNames);
  checkNames('colour', shades, colourNames);
  checkNames('pattern', patterns, patternNames);
  const lonely = shades.find((name) => contrastingColours(name, shades).length === 0);
  if (lonely !== undefined)
    throw new KaleidoError({
      source: 'data',
      problem: 'the atelier has no second colour that stands out from this one',
      found: lonely,
      advice: 'add colours that are lighter or darker',
    });
  for (const subcategory of subcategories) {
    if (coloursOf(subcategory, shades).length === 0)
      throw new KaleidoError({
        source: 'data',
        problem: `${subcategory} comes in none of the atelier's colours`,
        found: shades.join(', '),
        advice: `add one of ${garmentKinds[subcategory].colours?.join(', ')}, or leave the sub-category out`,
      });
    if (patternsOf(subcategory, patterns).length === 0)
      throw new KaleidoError({
        source: 'data',
        problem: `${subcategory} comes in none of the atelier's patterns`,
        found: patterns.join(', '),
        advice: 'add "plain", which suits all sub-categories, or leave the sub-category out',
      });
  }
}

function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (names.length > 0 && unknown === undefined) return;
  throw new KaleidoError({
    source: 'data',
    problem: names.length === 0 ? `the atelier has no ${what} to draw` : `the atelier does not know this ${what}`,
    ...(unknown === undefined ? {} : { found: unknown }),
    advice: `use any of ${known.join(', ')}`,
  });
}
