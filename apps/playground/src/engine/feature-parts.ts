import type { Preprocessor } from '@kaleido/pipeline';

type Description = Preprocessor['extractor'];
type Single = Exclude<Description, { readonly kind: 'joined' }>;

/** A stretch of a patch's feature vector, made by one extractor. */
export type FeaturePart = { readonly start: number; readonly width: number } & (
  | { readonly kind: 'pixels'; readonly size: number }
  /** `width` counts the histogram, then the thumbnail. */
  | { readonly kind: 'colours'; readonly bins: number }
  | { readonly kind: 'edges'; readonly cells: number; readonly directions: number }
  | { readonly kind: 'network'; readonly name: string }
);

const networkWidths = { 'mobilenet-v2': 1280, 'resnet50-v2-stage3': 1024, resnet50: 2048 } as const;

/**
 * What the numbers of a feature vector are.
 * @param featureWidth F
 * @returns nothing if the parts do not add up to F
 */
export function featureParts(description: Description, featureWidth: number): FeaturePart[] {
  let start = 0;
  const parts: FeaturePart[] = [];
  for (const single of description.kind === 'joined' ? description.parts : [description]) {
    const part = partAt(single, start);
    parts.push(part);
    start += part.width;
  }
  return start === featureWidth ? parts : [];
}

function partAt(single: Single, start: number): FeaturePart {
  switch (single.kind) {
    case 'pixels': {
      const { size = 16 } = single;
      return { kind: 'pixels', start, width: 3 * size * size, size };
    }
    case 'colours': {
      const { bins = 4, cells = 4 } = single;
      return { kind: 'colours', start, width: bins ** 3 + 3 * cells * cells, bins };
    }
    case 'edges': {
      const { cells = 4, directions = 4 } = single;
      return { kind: 'edges', start, width: cells * cells * directions, cells, directions };
    }
    default:
      return { kind: 'network', start, width: networkWidths[single.kind], name: single.kind };
  }
}
