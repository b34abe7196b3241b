import { matrixProduct } from '../operations/matrix-product.ts';
import { type Tensor, tf } from '../tensorflow.ts';
import type { MatmulRate } from './backend-survey.ts';

/** From a product that takes plain JavaScript a tenth of a second to one that fills a large GPU. */
const sizes = [256, 512, 1024, 2048, 4096] as const;

/** Seconds that one product must take, so that the clock's resolution and the latency of the device do not matter. */
const longEnough = 0.03;

/** Seconds of a measurement. The best of `rounds` counts, since other programs disturb it. */
const roundSeconds = 0.15;
const rounds = 3;

/** The rate of square matrix products on the current backend, after a warm-up; leaves no tensor alive. */
export async function measureProducts(): Promise<MatmulRate> {
  for (const size of sizes) {
    const matrix = squareMatrix(size);
    try {
      // The first use compiles and uploads, so it is not measured.
      await secondsOf(matrix, 1);
      const once = await secondsOf(matrix, 1);
      if (once < longEnough && size !== sizes.at(-1)) continue;
      const products = Math.max(1, Math.round(roundSeconds / once));
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < rounds; round++)
        best = Math.min(best, (await secondsOf(matrix, products)) / products);
      return { size, gigaflops: (2 * size ** 3) / best / 1e9 };
    } finally {
      matrix.dispose();
    }
  }
  throw new RangeError('no sizes to measure');
}

/** Seconds until `count` products are done: until a value of the last one is read. */
async function secondsOf(matrix: Tensor, products: number): Promise<number> {
  const begin = performance.now();
  let product: Tensor | undefined;
  for (let index = 0; index < products; index++) {
    product?.dispose();
    product = matrixProduct(matrix, matrix, false, false);
  }
  const corner = tf.slice(product as Tensor, [0, 0], [1, 1]);
  await corner.data();
  tf.dispose([product as Tensor, corner]);
  return (performance.now() - begin) / 1000;
}

function squareMatrix(size: number): Tensor {
  return tf.tensor(
    Float32Array.from({ length: size * size }, (_, index) => Math.sin(index)),
    [size, size],
  );
}
