import { factsIn, type ProductSource } from '@kaleido/data';
import type { CaptionFact } from '@kaleido/eval';
import { isAtelier } from './atelier-source.ts';
import type { PreparedProduct } from './prepared-split.ts';

/** What a source knows of the facts of its products. */
export interface SourceFacts {
  /** What a caption states. */
  readonly statedIn: (caption: string) => readonly CaptionFact[];
  /** What is true of a product. */
  readonly trueOf: (product: Pick<PreparedProduct, 'id'>) => readonly CaptionFact[];
}

/** Undefined for a source that does not know them: only the atelier does. */
export function sourceFacts(source: ProductSource): SourceFacts | undefined {
  if (!isAtelier(source)) return undefined;
  return { statedIn: factsIn, trueOf: ({ id }) => source.truth(id).facts };
}
