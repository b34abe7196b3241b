import { isDeepStrictEqual } from 'node:util';
import { createExtractor } from './create-extractor.ts';
import type { ExtractorDescription } from './extractor-description.ts';

/**
 * Which numbers of an extractor's vectors are those of another extractor, if it is one of the parts that are joined;
 * undefined if it is none.
 */
export async function columnsOfPart(
  extractor: ExtractorDescription,
  part: ExtractorDescription,
): Promise<{ readonly start: number; readonly width: number } | undefined> {
  if (extractor.kind !== 'joined') return undefined;
  let start = 0;
  for (const one of extractor.parts) {
    const made = await createExtractor(one);
    const width = made.featureWidth;
    made.dispose();
    if (isDeepStrictEqual(one, part)) return { start, width };
    start += width;
  }
  return undefined;
}
