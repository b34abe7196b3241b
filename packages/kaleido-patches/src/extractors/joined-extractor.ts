import { KaleidoError } from '@kaleido/foundation';
import { featureSlotCount } from '@kaleido/layout';
import type { Settings } from '../settings.ts';
import type { FeatureExtractor } from './feature-extractor.ts';

/**
 * Several extractors as one: each vector is the concatenation of the parts' vectors. It is stored in bytes if all parts
 * are, else in half precision.
 * @throws KaleidoError without parts, and for two parts with the same name
 */
export function joinExtractors(parts: readonly FeatureExtractor[]): FeatureExtractor {
  const names = parts.map(({ name }) => name);
  if (parts.length === 0 || new Set(names).size < names.length)
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: 'extractors are joined one of each kind, and at least one',
      found: names,
      advice: 'name each kind once',
    });
  const featureWidth = parts.reduce((sum, part) => sum + part.featureWidth, 0);
  const settings: Settings = Object.fromEntries(
    parts.flatMap(({ name, settings }) =>
      Object.entries(settings).map(([key, value]) => [`${name}.${key}`, value] as const),
    ),
  );
  return {
    name: names.join('+'),
    weightsHash: parts.flatMap(({ weightsHash }) => (weightsHash === '' ? [] : [weightsHash])).join('+'),
    settings,
    featureWidth,
    precision: parts.every(({ precision }) => precision === 'byte') ? 'byte' : 'float16',
    async extract(images) {
      const joined: Float32Array[] = [];
      for (const part of parts) joined.push(await part.extract(images));
      const rows = images.length * featureSlotCount;
      const features = new Float32Array(rows * featureWidth); // [N * 74, F]
      let offset = 0;
      for (const [index, { featureWidth: width }] of parts.entries()) {
        const values = joined[index]!;
        for (let row = 0; row < rows; row++)
          features.set(values.subarray(row * width, (row + 1) * width), row * featureWidth + offset);
        offset += width;
      }
      return features;
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}
