import { dropout } from './dropout';
import { matrixProduct, matrixProductScratch } from './matrix-product';
import { dotOfRows, exponentialsOfRow, maximumOfRow, scaleRow } from './row';

/** Bytes of scratch memory: for the products, two score matrices and `maskRows` rows of penalties. */
export function attentionScratch(queries: i32, keys: i32, maskRows: i32): i32 {
  return matrixProductScratch() + (((2 * queries + maskRows) * keys) << 2);
}

/**
 * query [B, S, D], key and value [B, K, D], mask [B, maskRows, K] with a row for each query, or one for all of them;
 * context [B, S, D], probabilities [B, A, S, K] before dropout.
 */
export function attention(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  context: usize,
  probabilities: usize,
  maskRows: i32,
  batch: i32,
  queries: i32,
  keys: i32,
  heads: i32,
  width: i32,
  scale: f32,
  threshold: u32,
  firstKey: i32,
  secondKey: i32,
  dropoutScale: f32,
  scratch: usize,
): void {
  const headWidth = width / heads;
  const scores = queries * keys;
  const seen = maskRows * keys;
  const nextPenalties = maskRows === 1 ? 0 : keys << 2;
  const thinned = scratch + matrixProductScratch();
  const penalties = thinned + ((scores * 2) << 2);
  for (let item = 0; item < batch; item++) {
    for (let k = 0; k < seen; k++) {
      store<f32>(penalties + (k << 2), (1 - load<f32>(mask + ((item * seen + k) << 2))) * -10000);
    }
    for (let head = 0; head < heads; head++) {
      const offset = (head * headWidth) as usize;
      const q = query + ((((item * queries * width) as usize) + offset) << 2);
      const k = key + ((((item * keys * width) as usize) + offset) << 2);
      const v = value + ((((item * keys * width) as usize) + offset) << 2);
      const start = (item * heads + head) * scores;
      const p = probabilities + ((start as usize) << 2);
      matrixProduct(q, width, 1, k, 1, width, p, keys, queries, keys, headWidth, 0, scratch);
      for (let row = 0; row < queries; row++) {
        softmax(p + ((row * keys) << 2), penalties + row * nextPenalties, keys, scale);
      }
      let weights = p;
      if (threshold !== 0) {
        dropout(p, thinned, start, scores, threshold, firstKey, secondKey, dropoutScale);
        weights = thinned;
      }
      const c = context + ((((item * queries * width) as usize) + offset) << 2);
      matrixProduct(weights, keys, 1, v, width, 1, c, width, queries, headWidth, keys, 0, scratch);
    }
  }
}

/** softmax(row * scale + penalties), in place. */
function softmax(row: usize, penalties: usize, length: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    v128.store(
      row + (i << 2),
      f32x4.add(f32x4.mul(v128.load(row + (i << 2)), scales), v128.load(penalties + (i << 2))),
    );
  }
  for (; i < length; i++)
    store<f32>(row + (i << 2), load<f32>(row + (i << 2)) * scale + load<f32>(penalties + (i << 2)));
  const sum = exponentialsOfRow(row, row, length, maximumOfRow(row, length));
  scaleRow(row, length, 1 / sum);
}

/** The gradients of query, key and value, given that of the context; shapes as in `attention`. */
export function attentionGradient(
  gradient: usize,
  query: usize,
  key: usize,
  value: usize,
  probabilities: usize,
  dquery: usize,
  dkey: usize,
  dvalue: usize,
  batch: i32,
  queries: i32,
  keys: i32,
  heads: i32,
  width: i32,
  scale: f32,
  threshold: u32,
  firstKey: i32,
  secondKey: i32,
  dropoutScale: f32,
  scratch: usize,
): void {
  const headWidth = width / heads;
  const scores = queries * keys;
  const thinned = scratch + matrixProductScratch();
  const dscores = thinned + (scores << 2);
  for (let item = 0; item < batch; item++) {
    for (let head = 0; head < heads; head++) {
      const offset = (head * headWidth) as usize;
      const ofQueries = (((item * queries * width) as usize) + offset) << 2;
      const ofKeys = (((item * keys * width) as usize) + offset) << 2;
      const start = (item * heads + head) * scores;
      const p = probabilities + ((start as usize) << 2);
      let weights = p;
      matrixProduct(
        gradient + ofQueries,
        width,
        1,
        value + ofKeys,
        1,
        width,
        dscores,
        keys,
        queries,
        keys,
        headWidth,
        0,
        scratch,
      );
      if (threshold !== 0) {
        dropout(p, thinned, start, scores, threshold, firstKey, secondKey, dropoutScale);
        dropout(dscores, dscores, start, scores, threshold, firstKey, secondKey, dropoutScale);
        weights = thinned;
      }
      matrixProduct(
        weights,
        1,
        keys,
        gradient + ofQueries,
        width,
        1,
        dvalue + ofKeys,
        width,
        keys,
        headWidth,
        queries,
        0,
        scratch,
      );
      for (let row = 0; row < queries; row++) {
        const at = (row * keys) << 2;
        softmaxGradient(dscores + at, p + at, keys, scale);
      }
      matrixProduct(
        dscores,
        keys,
        1,
        key + ofKeys,
        width,
        1,
        dquery + ofQueries,
        width,
        queries,
        headWidth,
        keys,
        0,
        scratch,
      );
      matrixProduct(
        dscores,
        1,
        keys,
        query + ofQueries,
        width,
        1,
        dkey + ofKeys,
        width,
        keys,
        headWidth,
        queries,
        0,
        scratch,
      );
    }
  }
}

/** From d probabilities to d scores, in place: p (d - sum(d p)) scale. */
function softmaxGradient(row: usize, probabilities: usize, length: i32, scale: f32): void {
  const sum = dotOfRows(row, probabilities, length);
  const sums = f32x4.splat(sum);
  const scales = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const at = (i as usize) << 2;
    const rest = f32x4.sub(v128.load(row + at), sums);
    v128.store(row + at, f32x4.mul(f32x4.mul(v128.load(probabilities + at), scales), rest));
  }
  for (; i < length; i++) {
    const at = (i as usize) << 2;
    store<f32>(row + at, load<f32>(probabilities + at) * scale * (load<f32>(row + at) - sum));
  }
}
