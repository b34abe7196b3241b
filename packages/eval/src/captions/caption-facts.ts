export type FactAspect = 'colour' | 'type' | 'pattern' | 'part';

/** Something that a caption states of a product, or that is true of it. Facts are equal if aspect and value are. */
export interface CaptionFact {
  readonly aspect: FactAspect;
  readonly value: string;
}

/** A caption's facts beside its product's. A fact that is there twice counts once. */
export interface CaptionFactsItem {
  /** What the caption says. */
  readonly said: readonly CaptionFact[];
  /** What is true of the product. */
  readonly truth: readonly CaptionFact[];
}

export interface FactFigures {
  /** Facts said, over all captions. */
  readonly said: number;
  /** Those of them that are true. */
  readonly right: number;
  /** True facts, over all products. */
  readonly truth: number;
  /** Of the facts said, those that are true, in per cent; absent if none is said. */
  readonly precision?: number;
  /** Of the true facts, those that are said, in per cent; absent if there are none. */
  readonly recall?: number;
}

export interface CaptionFactFigures extends FactFigures {
  readonly captions: number;
  readonly byAspect: Readonly<Record<FactAspect, FactFigures>>;
}

/**
 * Whether captions tell the truth about their products: precision and recall of the facts that they state. Facts are
 * counted over all captions, so one that says much weighs more than one that says little. A good caption says what
 * matters, not all: a recall below 100 is no mistake.
 */
export function captionFacts(items: readonly CaptionFactsItem[]): CaptionFactFigures {
  const byAspect = {
    colour: figuresOf(items, 'colour'),
    type: figuresOf(items, 'type'),
    pattern: figuresOf(items, 'pattern'),
    part: figuresOf(items, 'part'),
  };
  const sum = (of: (figures: FactFigures) => number): number =>
    Object.values(byAspect).reduce((total, figures) => total + of(figures), 0);
  return {
    captions: items.length,
    ...shares(
      sum(({ said }) => said),
      sum(({ right }) => right),
      sum(({ truth }) => truth),
    ),
    byAspect,
  };
}

function figuresOf(items: readonly CaptionFactsItem[], aspect: FactAspect): FactFigures {
  let [said, right, truth] = [0, 0, 0];
  for (const item of items) {
    const [own, known] = [valuesOf(item.said, aspect), valuesOf(item.truth, aspect)];
    said += own.size;
    truth += known.size;
    for (const value of own) if (known.has(value)) right++;
  }
  return shares(said, right, truth);
}

function valuesOf(facts: readonly CaptionFact[], aspect: FactAspect): Set<string> {
  return new Set(facts.filter((fact) => fact.aspect === aspect).map(({ value }) => value));
}

function shares(said: number, right: number, truth: number): FactFigures {
  return {
    said,
    right,
    truth,
    ...(said === 0 ? {} : { precision: (100 * right) / said }),
    ...(truth === 0 ? {} : { recall: (100 * right) / truth }),
  };
}
