import { ops, type Tensor, tf, withComposedOperations } from '@kaleido/backend';
import { patchCount } from '@kaleido/layout';
import type { BenchSetting } from './bench-setting.ts';
import type { MatmulFigures, ProductFigures, ProductRates } from './figures.ts';
import { pooledValues } from './pooled-values.ts';
import { timeRuns } from './time-runs.ts';

/** The largest square tried; current backends gain nothing beyond it. */
const largestSquare = 8192;
const smallestSquare = 256;

export interface MatmulOptions {
  /** Time per measurement. */
  readonly seconds: number;
  /** Whether TensorFlow.js' own kernel is measured too. */
  readonly composed: boolean;
}

type Form = keyof ProductRates;
const forms: readonly Form[] = ['nn', 'nt', 'tn'];

/** The rates of the model's products, in the forms of the forward pass and both gradients, and of one large square. */
export async function measureMatmul(
  { config, batchSize: B }: BenchSetting,
  predictions: number,
  options: MatmulOptions,
): Promise<MatmulFigures> {
  const [D, I, F] = [config.hidden_size, config.intermediate_size, config.patch_feature_size];
  const S = config.text_seq_len + patchCount;
  const heads = B * config.num_attention_heads;
  const headWidth = D / config.num_attention_heads;
  const shapes: readonly (readonly [string, number, number, number])[] = [
    ['D -> D', B * S, D, D],
    ['feed-forward up', B * S, D, I],
    ['feed-forward down', B * S, I, D],
    ['features', B * patchCount, F, D],
    ['words', B * predictions, D, config.vocab_size],
  ];
  const figures: ProductFigures[] = [];
  for (const [name, rows, inner, columns] of shapes)
    figures.push(await measureShape({ name, batch: 1, rows, inner, columns }, options));
  figures.push(
    await measureShape({ name: 'attention scores', batch: heads, rows: S, inner: headWidth, columns: S }, options),
    await measureShape({ name: 'attention context', batch: heads, rows: S, inner: S, columns: headWidth }, options),
    await measureSquare(options),
  );
  const best = (form: Form): number => Math.max(...figures.map((one) => one[form]));
  return { nn: best('nn'), nt: best('nt'), tn: best('tn'), shapes: figures };
}

type Shape = Omit<ProductFigures, keyof ProductRates | 'composed'>;

async function measureShape(shape: Shape, { seconds, composed }: MatmulOptions): Promise<ProductFigures> {
  const own = await rates(shape, seconds, (run) => run());
  // Attention's products have no custom kernel of their own: they are part of the attention kernel.
  if (!composed || shape.batch > 1) return { ...shape, ...own };
  return { ...shape, ...own, composed: await rates(shape, seconds, withComposedOperations) };
}

async function rates(shape: Shape, seconds: number, by: (run: () => Tensor) => Tensor): Promise<ProductRates> {
  const found: Partial<Record<Form, number>> = {};
  for (const form of forms) found[form] = await rate(shape, form, seconds, by);
  return found as ProductRates;
}

async function rate(
  { batch, rows, inner, columns }: Shape,
  form: Form,
  seconds: number,
  by: (run: () => Tensor) => Tensor,
): Promise<number> {
  const matrix = (down: number, across: number): Tensor =>
    tf.tensor(pooledValues(batch * down * across), batch === 1 ? [down, across] : [batch, down, across]);
  const a = form === 'tn' ? matrix(inner, rows) : matrix(rows, inner);
  const b = form === 'nt' ? matrix(columns, inner) : matrix(inner, columns);
  const product = (): Tensor =>
    batch === 1 ? ops.matrixProduct(a, b, form === 'tn', form === 'nt') : tf.matMul(a, b, form === 'tn', form === 'nt');
  const { milliseconds } = await timeRuns(() => by(product), { seconds });
  tf.dispose([a, b]);
  return (2 * batch * rows * inner * columns) / milliseconds / 1e6;
}

/** The largest square that fits the time, which shows a backend's peak rate. */
async function measureSquare(options: MatmulOptions): Promise<ProductFigures> {
  for (let size = smallestSquare; ; size *= 2) {
    const square = { name: 'large square', batch: 1, rows: size, inner: size, columns: size };
    const gflops = await rate(square, 'nn', 0, (run) => run());
    const nextSeconds = (2 * (2 * size) ** 3) / gflops / 1e9;
    if (size === largestSquare || nextSeconds > options.seconds) return measureShape(square, options);
  }
}
