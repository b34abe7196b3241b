import type { AtelierProduct } from './design-product.ts';
import { type FeatureName, featureNames, featureWords } from './features.ts';
import type { MotifName } from './motifs.ts';

/** What a fact is about: `part` stands for all features of a garment, such as its sleeves, and for a printed motif. */
export type FactAspect = 'colour' | 'type' | 'pattern' | 'part';

/** Something that is true of a product, or that a caption states of it. */
export interface Fact {
  readonly aspect: FactAspect;
  /** The atelier's name for it: `navy`, `t-shirt`, `striped`; of a part, what part and how: `sleeve short`. */
  readonly value: string;
}

/**
 * The true facts of a product, each once: its colours, type and pattern, and its features and motif as parts. Only
 * those that a caption can state: a straight hem, for which there are no words, is not among them. Cloth and season are
 * not facts in this sense.
 */
export function factsOf(product: AtelierProduct): Fact[] {
  const { colour, secondColour, subcategory, pattern, features, motif } = product;
  const facts: Fact[] = [{ aspect: 'colour', value: colour }];
  if (secondColour !== undefined) facts.push({ aspect: 'colour', value: secondColour });
  facts.push({ aspect: 'type', value: subcategory }, { aspect: 'pattern', value: pattern });
  for (const name of featureNames) {
    const value = features[name];
    if (value !== undefined && isSayable(name, value)) facts.push(featureFact(name, value));
  }
  if (motif !== undefined) facts.push(motifFact(motif));
  return facts;
}

export function featureFact(name: FeatureName, value: string): Fact {
  return { aspect: 'part', value: `${name} ${value}` };
}

export function motifFact(name: MotifName): Fact {
  return { aspect: 'part', value: `motif ${name}` };
}

function isSayable(name: FeatureName, value: string): boolean {
  const words = featureWords(name, value);
  return words !== undefined && words.nouns.length + (words.adjectives?.length ?? 0) > 0;
}
