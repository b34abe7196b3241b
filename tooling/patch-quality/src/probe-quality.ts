import { createVariable, ops, type Tensor, tf, valueAndGradients } from '@kaleido/backend';
import { KaleidoError, randomStream } from '@kaleido/foundation';
import {
  type ExtractorDescription,
  type FeatureExtractor,
  kaleidoPatches,
  type PatchedImage,
} from '@kaleido/kaleido-patches';
import { createExtractor, createForegroundFinder } from '@kaleido/kaleido-patches/node';
import { featureSlots } from '@kaleido/layout';
import { AdamW, learningRateAt } from '@kaleido/training';
import type { QualityRow } from './foreground-quality.ts';
import { photographs } from './photographs.ts';

export interface ProbeQualityOptions {
  readonly data: string;
  readonly train: number;
  readonly validation: number;
  readonly fields: readonly string[];
  readonly extractors: readonly (readonly [name: string, description: ExtractorDescription])[];
  readonly seed: number;
  readonly onMessage: (message: string) => void;
}

/** Training steps of a probe, with all vectors in each. */
const probeSteps = 300;

/**
 * Accuracy of a linear classifier on each extractor's vectors: the vector of the whole object and the mean of its 25
 * patches of level 5, concatenated and standardised. The object is found by the background's colour.
 */
export async function probeQuality(options: ProbeQualityOptions): Promise<QualityRow[]> {
  const { data, extractors, fields, seed, onMessage } = options;
  const splits = {
    train: await patched(data, 'train', options.train),
    validation: await patched(data, 'validation', options.validation),
  };
  const rows: QualityRow[] = [];
  for (const [name, description] of extractors) {
    const extractor = await createExtractor(description);
    const begun = performance.now();
    const [train, validation] = [
      await vectorsOf(extractor, splits.train.images),
      await vectorsOf(extractor, splits.validation.images),
    ];
    const seconds = (performance.now() - begun) / 1000;
    extractor.dispose();
    const count = splits.train.images.length + splits.validation.images.length;
    const figures: Record<string, number> = { 'images/s': count / seconds, width: extractor.featureWidth };
    standardise(train, validation, 2 * extractor.featureWidth);
    for (const field of fields) {
      const [known, asked] = [splits.train.labels(field), splits.validation.labels(field)];
      figures[field] = await probe(train, known, validation, asked, 2 * extractor.featureWidth, seed);
    }
    onMessage(`${name}: ${JSON.stringify(figures)}`);
    rows.push({ data: 'probe', finder: name, figures });
  }
  return rows;
}

async function patched(folder: string, split: string, most: number) {
  const finder = await createForegroundFinder({ kind: 'background-colour' });
  const images: PatchedImage[] = [];
  const attributes: Readonly<Record<string, string>>[] = [];
  for await (const { product, image } of photographs(folder, split, most)) {
    images.push({ image, patches: kaleidoPatches(await finder.find(image), image) });
    const { category = '', subcategory = '' } = product;
    attributes.push({ category, subcategory, ...product.attributes });
  }
  return { images, labels: (field: string) => attributes.map((labels) => labels[field] ?? '') };
}

/** [images, 2 F]: level 1, and the mean of level 5. */
async function vectorsOf(extractor: FeatureExtractor, images: readonly PatchedImage[]): Promise<Float32Array> {
  const width = extractor.featureWidth;
  const vectors = new Float32Array(images.length * 2 * width);
  const { rotation, blank } = featureSlots;
  for (let first = 0; first < images.length; first += 8) {
    const some = images.slice(first, first + 8);
    const features = await extractor.extract(some);
    for (const index of some.keys()) {
      const from = index * 74 * width;
      const to = (first + index) * 2 * width;
      vectors.set(features.subarray(from + rotation.start * width, from + (rotation.start + 1) * width), to);
      for (let slot = blank.start; slot < blank.start + blank.count; slot++)
        for (let i = 0; i < width; i++) vectors[to + width + i]! += features[from + slot * width + i]! / blank.count;
    }
  }
  return vectors;
}

/** Standardises by the mean and standard deviation of the training vectors. */
function standardise(train: Float32Array, validation: Float32Array, width: number): void {
  const rows = train.length / width;
  for (let i = 0; i < width; i++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < rows; row++) {
      sum += train[row * width + i]!;
      squares += train[row * width + i]! ** 2;
    }
    const mean = sum / rows;
    const deviation = Math.sqrt(Math.max(0, squares / rows - mean ** 2));
    const scale = deviation < 1e-6 ? 0 : 1 / deviation;
    for (const values of [train, validation])
      for (let at = i; at < values.length; at += width) values[at] = (values[at]! - mean) * scale;
  }
}

/** Share of the validation photographs that a linear classifier labels correctly. */
async function probe(
  train: Float32Array,
  known: readonly string[],
  validation: Float32Array,
  asked: readonly string[],
  width: number,
  seed: number,
): Promise<number> {
  const names = [...new Set(known)].sort();
  const labels = Int32Array.from(known, (name) => names.indexOf(name));
  if (names.length < 2)
    throw new KaleidoError({ source: 'patch-quality', problem: 'a probe needs two labels', found: names });
  const random = randomStream(seed, 'probe');
  const start = Float32Array.from({ length: width * names.length }, () => 0.01 * random.normal());
  const kernel = createVariable(undefined, start, [width, names.length]);
  const bias = createVariable(undefined, new Float32Array(names.length), [names.length]);
  const optimizer = new AdamW(
    new Map([
      ['kernel', kernel],
      ['bias', bias],
    ]),
    { beta2: 0.999, weightDecay: 0.3, clipNorm: 1e9 },
  );
  const x = tf.tensor2d(train, [labels.length, width]);
  const y = tf.tensor1d(labels, 'int32');
  const logits = (of: Tensor): Tensor => ops.linear(of, kernel, bias);
  for (let step = 0; step < probeSteps; step++)
    tf.tidy(() => {
      const { gradients } = valueAndGradients(() => tf.mean(ops.softmaxCrossEntropy(logits(x), y)), [kernel, bias]);
      const [first, second] = [...gradients.values()] as [Tensor, Tensor];
      const rate = learningRateAt(step, { steps: probeSteps, learningRate: 0.01, warmup: 0.05 });
      optimizer.apply(
        new Map([
          ['kernel', first],
          ['bias', second],
        ]),
        rate,
      );
    });
  const answers = tf.tidy(() => tf.argMax(logits(tf.tensor2d(validation, [asked.length, width])), 1));
  const found = await answers.data();
  tf.dispose([answers, x, y, kernel, bias]);
  optimizer.dispose();
  return asked.filter((name, i) => names[found[i]!] === name).length / asked.length;
}
