import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HashMask } from '../operations/hash-mask.ts';
import { tf } from '../tensorflow.ts';
import { multiply, type Product } from './matrix-product.ts';
import { dropoutFactor, geluFunctions, rowReductions, rowThreads } from './shader-parts.ts';
import { type Dispatch, f32, type Setting, spread, u32, type WebgpuKernels, workIndex } from './webgpu-kernels.ts';

type Inputs<Names extends string> = { readonly [Name in Names]: TensorInfo };
type Definition = (kernels: WebgpuKernels, inputs: never, attributes: never) => TensorInfo | TensorInfo[];

const sizeOf = ({ shape }: TensorInfo): number => tf.util.sizeFromShape([...shape]);

/** The fused kernels by the name under which TensorFlow.js knows them; src/operations/ says what each computes. */
export const definitions: Readonly<Record<string, Definition>> = {
  KaleidoMatrixProduct(
    kernels: WebgpuKernels,
    { a, b, bias }: Inputs<'a' | 'b'> & Partial<Inputs<'bias'>>,
    { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
  ) {
    const product = productOf(a, b, transposeA, transposeB);
    const made = kernels.make({ shape: [product.rows, product.columns] });
    multiply(kernels, {
      ...product,
      c: { tensor: made, row: product.columns, column: 1 },
      ...(bias === undefined ? {} : { bias }),
    });
    return made;
  },

  KaleidoLinearGelu(
    kernels: WebgpuKernels,
    { a, b, bias }: Inputs<'a' | 'b' | 'bias'>,
    { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
  ) {
    const product = productOf(a, b, transposeA, transposeB);
    const shape = [product.rows, product.columns];
    const [made, sums] = [kernels.make({ shape }), kernels.make({ shape })];
    multiply(kernels, { ...product, c: { tensor: made, row: product.columns, column: 1 }, bias, sums });
    return [made, sums];
  },

  KaleidoColumnSums(kernels: WebgpuKernels, { x }: Inputs<'x'>) {
    const [rows, columns] = x.shape as [number, number];
    const made = kernels.make({ shape: [columns] });
    addColumns(kernels, 'column sums', [['x', x]], [made], rows, columns, () => ['x[place]']);
    return made;
  },

  KaleidoGelu(kernels: WebgpuKernels, { x }: Inputs<'x'>) {
    const made = kernels.make(x);
    eachElement(kernels, {
      key: 'gelu',
      inputs: [['x', x]],
      outputs: [['y', made]],
      functions: geluFunctions,
      body: 'y[i] = gelu(x[i]);',
    });
    return made;
  },

  KaleidoGeluGradient(kernels: WebgpuKernels, { gradient, x }: Inputs<'gradient' | 'x'>) {
    const made = kernels.make(x);
    eachElement(kernels, {
      key: 'gelu gradient',
      inputs: [
        ['dy', gradient],
        ['x', x],
      ],
      outputs: [['dx', made]],
      functions: geluFunctions,
      // With t = tanh(u): (1 + t) / 2 + x / 2 * (1 - t^2) * u'. Far out 1 - t^2 is 0, and x^2 must not make it NaN.
      body: `
let t = gelu_tanh(x[i]);
let near = clamp(x[i], -20.0, 20.0);
let slope = 0.7978845608 * (1.0 + 0.134145 * near * near);
dx[i] = dy[i] * 0.5 * (1.0 + t + near * (1.0 - t * t) * slope);`,
    });
    return made;
  },

  KaleidoLayerNorm(
    kernels: WebgpuKernels,
    { x, residual, gamma, beta }: Inputs<'x' | 'gamma' | 'beta'> & Partial<Inputs<'residual'>>,
    { epsilon }: { epsilon: number },
  ) {
    const width = x.shape.at(-1)!;
    const rows = sizeOf(x) / Math.max(1, width);
    const [y, normalised] = [kernels.make(x), kernels.make(x)];
    const reciprocals = kernels.make({ shape: [...x.shape.slice(0, -1), 1] });
    const value = residual === undefined ? 'x[start + i]' : '(x[start + i] + residual[start + i])';
    eachRow(kernels, {
      key: `layer norm ${residual !== undefined}`,
      rows,
      inputs: [
        ['x', x],
        ['gamma', gamma],
        ['beta', beta],
        ...(residual === undefined ? [] : [['residual', residual] as const]),
      ],
      outputs: [
        ['y', y],
        ['normalised', normalised],
        ['reciprocals', reciprocals],
      ],
      settings: { width: u32(width), epsilon: f32(epsilon) },
      body: `
let start = row * settings.width;
var sum = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { sum += ${value}; }
let rough = total(sum, thread) / f32(settings.width);
// Once more from there: a large mean has lost digits that the deviations have.
var rest = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { rest += ${value} - rough; }
let mean_rest = total(rest, thread) / f32(settings.width);
var squares = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { let d = (${value} - rough) - mean_rest; squares += d * d; }
let reciprocal = 1.0 / sqrt(total(squares, thread) / f32(settings.width) + settings.epsilon);
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let n = ((${value} - rough) - mean_rest) * reciprocal;
  normalised[start + i] = n;
  y[start + i] = n * gamma[i] + beta[i];
}
if (thread == 0u) { reciprocals[row] = reciprocal; }`,
    });
    return [y, normalised, reciprocals];
  },

  KaleidoLayerNormGradient(
    kernels: WebgpuKernels,
    { gradient, normalised, reciprocals, gamma }: Inputs<'gradient' | 'normalised' | 'reciprocals' | 'gamma'>,
  ) {
    const width = gamma.shape[0]!;
    const rows = sizeOf(gradient) / Math.max(1, width);
    const dx = kernels.make(gradient);
    eachRow(kernels, {
      key: 'layer norm gradient',
      rows,
      inputs: [
        ['dy', gradient],
        ['normalised', normalised],
        ['reciprocals', reciprocals],
        ['gamma', gamma],
      ],
      outputs: [['dx', dx]],
      settings: { width: u32(width) },
      body: `
let start = row * settings.width;
var sum = 0.0;
var along = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let inner = dy[start + i] * gamma[i];
  sum += inner;
  along += inner * normalised[start + i];
}
let mean = total(sum, thread) / f32(settings.width);
let slope = total(along, thread) / f32(settings.width);
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let inner = dy[start + i] * gamma[i];
  dx[start + i] = (inner - mean - normalised[start + i] * slope) * reciprocals[row];
}`,
    });
    const [dgamma, dbeta] = [kernels.make(gamma), kernels.make(gamma)];
    const read: [string, TensorInfo][] = [
      ['dy', gradient],
      ['normalised', normalised],
    ];
    addColumns(kernels, 'layer norm sums', read, [dgamma, dbeta], rows, width, () => [
      'dy[place] * normalised[place]',
      'dy[place]',
    ]);
    return [dx, dgamma, dbeta];
  },

  KaleidoAttention(
    kernels: WebgpuKernels,
    { query, key, value, mask }: Inputs<'query' | 'key' | 'value' | 'mask'>,
    { heads, dropout }: { heads: number; dropout?: HashMask },
  ) {
    const { batch, queries, keys, width, part, perHead, weights, scale } = attentionForm(query, key, heads);
    const probabilities = kernels.make({ shape: [batch, heads, queries, keys] });
    multiply(kernels, {
      ...perHead,
      rows: queries,
      columns: keys,
      depth: part,
      a: inRows(query),
      b: inColumns(key),
      c: { ...weights, tensor: probabilities },
      scale,
    });
    const thinned = dropout === undefined ? probabilities : kernels.make(probabilities);
    eachRow(kernels, {
      key: `attention softmax ${dropout !== undefined}`,
      rows: batch * heads * queries,
      inputs: [['mask', mask]],
      outputs: [['p', probabilities], ...(dropout === undefined ? [] : [['thinned', thinned] as const])],
      settings: { keys: u32(keys), rows_of_batch: u32(heads * queries), ...dropoutSettings(dropout) },
      functions: dropout === undefined ? '' : dropoutFactor,
      body: `
let start = row * settings.keys;
let seen = (row / settings.rows_of_batch) * settings.keys;
var top = smallestNumber;
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  let logit = p[start + i] + (1.0 - mask[seen + i]) * -10000.0;
  p[start + i] = logit;
  top = max(top, logit);
}
top = largest(top, thread);
var sum = 0.0;
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  let e = power(p[start + i] - top);
  p[start + i] = e;
  sum += e;
}
sum = total(sum, thread);
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  let probability = p[start + i] / sum;
  p[start + i] = probability;
  ${dropout === undefined ? '' : 'thinned[start + i] = probability * dropout_factor(start + i);'}
}`,
    });
    const context = kernels.make({ shape: [batch, queries, width] });
    multiply(kernels, {
      ...perHead,
      rows: queries,
      columns: part,
      depth: keys,
      a: { ...weights, tensor: thinned },
      b: inRows(value),
      c: inRows(context),
    });
    if (thinned !== probabilities) kernels.discard(thinned);
    return [context, probabilities];

    function inRows(tensor: TensorInfo) {
      return { tensor, row: width, column: 1, outer: tensor.shape[1]! * width, step: part };
    }
    function inColumns(tensor: TensorInfo) {
      return { ...inRows(tensor), row: 1, column: width };
    }
  },

  KaleidoAttentionGradient(
    kernels: WebgpuKernels,
    { gradient, query, key, value, probabilities }: Inputs<'gradient' | 'query' | 'key' | 'value' | 'probabilities'>,
    { heads, dropout }: { heads: number; dropout?: HashMask },
  ) {
    const { batch, queries, keys, width, part, perHead, weights, scale } = attentionForm(query, key, heads);
    const inRows = (tensor: TensorInfo) => ({
      tensor,
      row: width,
      column: 1,
      outer: tensor.shape[1]! * width,
      step: part,
    });
    const flipped = { ...weights, row: weights.column, column: weights.row };
    const dlogits = kernels.make(probabilities);
    multiply(kernels, {
      ...perHead,
      rows: queries,
      columns: keys,
      depth: part,
      a: inRows(gradient),
      b: { ...inRows(value), row: 1, column: width },
      c: { ...weights, tensor: dlogits },
    });
    const thinned = dropout === undefined ? probabilities : kernels.make(probabilities);
    eachRow(kernels, {
      key: `attention softmax gradient ${dropout !== undefined}`,
      rows: batch * heads * queries,
      inputs: [['p', probabilities]],
      outputs: [['d', dlogits], ...(dropout === undefined ? [] : [['thinned', thinned] as const])],
      settings: { keys: u32(keys), scale: f32(scale), ...dropoutSettings(dropout) },
      functions: dropout === undefined ? '' : dropoutFactor,
      body: `
let start = row * settings.keys;
var sum = 0.0;
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  ${
    dropout === undefined
      ? ''
      : `let factor = dropout_factor(start + i);
  thinned[start + i] = p[start + i] * factor;
  d[start + i] *= factor;`
  }
  sum += d[start + i] * p[start + i];
}
sum = total(sum, thread);
for (var i = thread; i < settings.keys; i += ${rowThreads}u) {
  d[start + i] = p[start + i] * (d[start + i] - sum) * settings.scale;
}`,
    });
    const [dquery, dkey, dvalue] = [kernels.make(query), kernels.make(key), kernels.make(value)];
    const shared = { ...perHead, columns: part };
    const logits = { ...weights, tensor: dlogits };
    multiply(kernels, { ...shared, rows: queries, depth: keys, a: logits, b: inRows(key), c: inRows(dquery) });
    multiply(kernels, {
      ...shared,
      rows: keys,
      depth: queries,
      a: { ...flipped, tensor: dlogits },
      b: inRows(query),
      c: inRows(dkey),
    });
    multiply(kernels, {
      ...shared,
      rows: keys,
      depth: queries,
      a: { ...flipped, tensor: thinned },
      b: inRows(gradient),
      c: inRows(dvalue),
    });
    kernels.discard(dlogits);
    if (thinned !== probabilities) kernels.discard(thinned);
    return [dquery, dkey, dvalue];
  },

  KaleidoDropout(kernels: WebgpuKernels, { x }: Inputs<'x'>, mask: HashMask) {
    const made = kernels.make(x);
    eachElement(kernels, {
      key: 'dropout',
      inputs: [['x', x]],
      outputs: [['y', made]],
      settings: dropoutSettings(mask),
      functions: dropoutFactor,
      body: 'y[i] = x[i] * dropout_factor(i);',
    });
    return made;
  },

  KaleidoSoftmaxCrossEntropy(kernels: WebgpuKernels, { logits, labels }: Inputs<'logits' | 'labels'>) {
    const [rows, classes] = logits.shape as [number, number];
    const losses = kernels.make({ shape: [rows] });
    // All that the gradient needs is `probabilities - oneHot`.
    const differences = kernels.make(logits);
    eachRow(kernels, {
      key: 'softmax cross-entropy',
      rows,
      inputs: [
        ['logits', logits],
        ['labels', labels],
      ],
      outputs: [
        ['losses', losses],
        ['differences', differences],
      ],
      settings: { classes: u32(classes) },
      body: `
let start = row * settings.classes;
var top = smallestNumber;
for (var i = thread; i < settings.classes; i += ${rowThreads}u) { top = max(top, logits[start + i]); }
top = largest(top, thread);
var sum = 0.0;
for (var i = thread; i < settings.classes; i += ${rowThreads}u) { sum += power(logits[start + i] - top); }
sum = total(sum, thread);
let label = u32(labels[row]);
for (var i = thread; i < settings.classes; i += ${rowThreads}u) {
  differences[start + i] = power(logits[start + i] - top) / sum - select(0.0, 1.0, i == label);
}
let loss = log(sum) - (logits[start + label] - top);
if (thread == 0u) { losses[row] = select(loss, sum, is_nan(sum)); }`,
    });
    return [losses, differences];
  },

  KaleidoSoftmaxCrossEntropyGradient(
    kernels: WebgpuKernels,
    { gradient, probabilities }: Inputs<'gradient' | 'probabilities'>,
  ) {
    const made = kernels.make(probabilities);
    eachElement(kernels, {
      key: 'scale rows',
      inputs: [
        ['factors', gradient],
        ['x', probabilities],
      ],
      outputs: [['y', made]],
      settings: { width: u32(probabilities.shape[1]!) },
      body: 'y[i] = x[i] * factors[i / settings.width];',
    });
    return made;
  },

  KaleidoDivergence(kernels: WebgpuKernels, { target, logits }: Inputs<'target' | 'logits'>) {
    const [rows, width] = logits.shape as [number, number];
    const losses = kernels.make({ shape: [rows] });
    const probabilities = kernels.make(logits);
    eachRow(kernels, {
      key: 'divergence',
      rows,
      inputs: [
        ['wanted', target],
        ['logits', logits],
      ],
      outputs: [
        ['losses', losses],
        ['p', probabilities],
      ],
      settings: { width: u32(width) },
      body: `
let start = row * settings.width;
var top = smallestNumber;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { top = max(top, logits[start + i]); }
top = largest(top, thread);
var sum = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { sum += power(logits[start + i] - top); }
sum = total(sum, thread);
var loss = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  let probability = power(logits[start + i] - top) / sum;
  p[start + i] = probability;
  let t = clamp(wanted[start + i], 1e-7, 1.0);
  loss += t * (log(t) - log(clamp(probability, 1e-7, 1.0)));
}
loss = total(loss, thread);
if (thread == 0u) { losses[row] = loss; }`,
    });
    return [losses, probabilities];
  },

  KaleidoDivergenceGradient(
    kernels: WebgpuKernels,
    { gradient, target, probabilities }: Inputs<'gradient' | 'target' | 'probabilities'>,
  ) {
    const [rows, width] = probabilities.shape as [number, number];
    const made = kernels.make(probabilities);
    eachRow(kernels, {
      key: 'divergence gradient',
      rows,
      inputs: [
        ['dy', gradient],
        ['wanted', target],
        ['p', probabilities],
      ],
      outputs: [['dx', made]],
      settings: { width: u32(width) },
      // Only what is not clipped passes a gradient: g = -t / p there, and p * (g - sum(p * g)) by the softmax.
      functions: 'fn passing(t: f32, p: f32) -> f32 { return select(0.0, clamp(t, 1e-7, 1.0), p > 1e-7); }',
      body: `
let start = row * settings.width;
var sum = 0.0;
for (var i = thread; i < settings.width; i += ${rowThreads}u) { sum += passing(wanted[start + i], p[start + i]); }
sum = total(sum, thread);
for (var i = thread; i < settings.width; i += ${rowThreads}u) {
  dx[start + i] = dy[row] * (p[start + i] * sum - passing(wanted[start + i], p[start + i]));
}`,
    });
    return made;
  },

  KaleidoGatherRows(kernels: WebgpuKernels, { table, ids }: Inputs<'table' | 'ids'>) {
    const width = table.shape[1]!;
    const made = kernels.make({ shape: [...ids.shape, width] });
    eachElement(kernels, {
      key: 'gather rows',
      inputs: [
        ['rows', table],
        ['ids', ids],
      ],
      outputs: [['y', made]],
      settings: { width: u32(width) },
      body: 'y[i] = rows[u32(ids[i / settings.width]) * settings.width + i % settings.width];',
    });
    return made;
  },

  KaleidoScatterAddRows(kernels: WebgpuKernels, { source, ids }: Inputs<'source' | 'ids'>, { rows }: { rows: number }) {
    const width = source.shape[1]!;
    const made = kernels.make({ shape: [rows, width] });
    const count = sizeOf(ids);
    if (count === 0) {
      kernels.clear(made);
      return made;
    }
    // A workgroup for each row of the table looks through all ids and adds in their order: no atomics, the same bits
    // every time.
    eachRow(kernels, {
      key: 'scatter rows',
      rows,
      inputs: [
        ['x', source],
        ['ids', ids],
      ],
      outputs: [['y', made]],
      settings: { width: u32(width), count: u32(count) },
      functions: `
var<workgroup> chunk: array<u32, ${rowThreads}>;
var<workgroup> hits: atomic<u32>;`,
      body: `
for (var i = thread; i < settings.width; i += ${rowThreads}u) { y[row * settings.width + i] = 0.0; }
for (var begin = 0u; begin < settings.count; begin += ${rowThreads}u) {
  if (thread == 0u) { atomicStore(&hits, 0u); }
  workgroupBarrier();
  let place = begin + thread;
  var hit = 0u;
  if (place < settings.count) { hit = select(0u, 1u, u32(ids[place]) == row); }
  chunk[thread] = hit;
  if (hit == 1u) { atomicAdd(&hits, 1u); }
  workgroupBarrier();
  if (atomicLoad(&hits) > 0u) {
    for (var k = 0u; k < ${rowThreads}u; k++) {
      if (chunk[k] == 1u) {
        for (var i = thread; i < settings.width; i += ${rowThreads}u) {
          y[row * settings.width + i] += x[(begin + k) * settings.width + i];
        }
      }
    }
  }
  workgroupBarrier();
}`,
    });
    return made;
  },

  KaleidoPool(
    kernels: WebgpuKernels,
    { x, weights }: Inputs<'x' | 'weights'>,
    { transposed }: { transposed: boolean },
  ) {
    const [batch, , width] = x.shape as [number, number, number];
    const [down, across] = weights.shape.slice(-2) as [number, number];
    const [rows, depth] = transposed ? [across, down] : [down, across];
    const made = kernels.make({ shape: [batch, rows, width] });
    multiply(kernels, {
      rows,
      columns: width,
      depth,
      batch,
      a: {
        tensor: weights,
        outer: weights.shape.length === 3 ? down * across : 0,
        ...(transposed ? { row: 1, column: across } : { row: across, column: 1 }),
      },
      b: { tensor: x, row: width, column: 1, outer: depth * width },
      c: { tensor: made, row: width, column: 1, outer: rows * width },
    });
    return made;
  },

  KaleidoAdamW(
    kernels: WebgpuKernels,
    { parameter, gradient, first, second, scale }: Inputs<'parameter' | 'gradient' | 'first' | 'second' | 'scale'>,
    settings: Readonly<Record<'beta1' | 'beta2' | 'correctedRate' | 'epsilon' | 'keep', number>>,
  ) {
    const [w, m, v] = [parameter, first, second].map((tensor) => kernels.changeable(tensor)) as [
      TensorInfo,
      TensorInfo,
      TensorInfo,
    ];
    eachElement(kernels, {
      key: 'adamw',
      inputs: [
        ['gradient', gradient],
        ['scale', scale],
      ],
      outputs: [
        ['w', w],
        ['m', m],
        ['v', v],
      ],
      settings: {
        beta1: f32(settings.beta1),
        beta2: f32(settings.beta2),
        // As differences here: 1 - 0.98 in float32 has lost digits that 0.02 has.
        rest1: f32(1 - settings.beta1),
        rest2: f32(1 - settings.beta2),
        rate: f32(settings.correctedRate),
        epsilon: f32(settings.epsilon),
        keep: f32(settings.keep),
      },
      body: `
let g = gradient[i] * scale[0];
let first = m[i] * settings.beta1 + g * settings.rest1;
let second = v[i] * settings.beta2 + g * g * settings.rest2;
m[i] = first;
v[i] = second;
w[i] = w[i] * settings.keep - settings.rate * first / (sqrt(second) + settings.epsilon);`,
    });
    return [w, m, v];
  },

  KaleidoGlobalNorm(kernels: WebgpuKernels, tensors: Readonly<Record<string, TensorInfo>>) {
    const all = Object.values(tensors).filter((tensor) => sizeOf(tensor) > 0);
    const blocksOf = all.map((tensor) => Math.ceil(sizeOf(tensor) / normBlock));
    const count = blocksOf.reduce((sum, blocks) => sum + blocks, 0);
    const sums = kernels.make({ shape: [Math.max(1, count)] });
    let begin = 0;
    for (let from = 0; from < all.length; from += mostNormInputs) {
      const group = all.slice(from, from + mostNormInputs);
      const ends = group.map((_, index) =>
        blocksOf.slice(from, from + index + 1).reduce((sum, blocks) => sum + blocks, 0),
      );
      const blocks = ends.at(-1)!;
      const settings: Record<string, Setting> = { begin: u32(begin) };
      for (const [index, tensor] of group.entries()) {
        settings[`end${index}`] = u32(ends[index]!);
        settings[`size${index}`] = u32(sizeOf(tensor));
      }
      const branches = group.map(
        (_, index) => `if (row < settings.end${index}) {
  let start = (row - ${index === 0 ? '0u' : `settings.end${index - 1}`}) * ${normBlock}u;
  let end = min(settings.size${index}, start + ${normBlock}u);
  for (var i = start + thread; i < end; i += ${rowThreads}u) { sum += x${index}[i] * x${index}[i]; }
}`,
      );
      eachRow(kernels, {
        key: `sums of squares ${group.length}`,
        rows: blocks,
        inputs: group.map((tensor, index) => [`x${index}`, tensor] as const),
        outputs: [['sums', sums]],
        settings,
        body: `
var sum = 0.0;
${branches.join(' else ')}
sum = total(sum, thread);
if (thread == 0u) { sums[settings.begin + row] = sum; }`,
      });
      begin += blocks;
    }
    const norm = kernels.make({ shape: [] });
    eachRow(kernels, {
      key: 'norm',
      rows: 1,
      inputs: [['sums', sums]],
      outputs: [['norm', norm]],
      settings: { count: u32(count) },
      body: `
var sum = 0.0;
for (var i = thread; i < settings.count; i += ${rowThreads}u) { sum += sums[i]; }
sum = total(sum, thread);
if (thread == 0u) { norm[row] = sqrt(sum); }`,
    });
    kernels.discard(sums);
    return norm;
  },
};

/** Numbers whose squares a workgroup adds up. */
const normBlock = 16_384;
/** WebGPU guarantees eight storage buffers a kernel. */
const mostNormInputs = 7;
/** Rows that a workgroup adds up in each column, at least. */
const rowsOfChunk = 64;
const mostChunks = 128;

type Bindings = Dispatch['inputs'];

interface ElementKernel {
  readonly key: string;
  readonly inputs: Bindings;
  /** Of the size of the first one. */
  readonly outputs: Bindings;
  readonly settings?: Readonly<Record<string, Setting>>;
  readonly functions?: string;
  /** WGSL for the element `i`. */
  readonly body: string;
}

function eachElement(kernels: WebgpuKernels, { settings = {}, functions = '', body, ...kernel }: ElementKernel): void {
  const size = sizeOf(kernel.outputs[0]![1]);
  kernels.dispatch({
    ...kernel,
    settings: { ...settings, size: u32(size) },
    workgroups: [Math.min(65_535, Math.ceil(size / 256))],
    source: () => `
${functions}
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < settings.size; i += groups.x * 256u) {
    ${body}
  }
}`,
  });
}

interface RowKernel {
  readonly key: string;
  readonly rows: number;
  readonly inputs: Bindings;
  readonly outputs: Bindings;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly functions?: string;
  /** WGSL for the `row`, by `rowThreads` threads that each know their `thread`. */
  readonly body: string;
}

function eachRow(kernels: WebgpuKernels, { rows, settings, functions = '', body, ...kernel }: RowKernel): void {
  kernels.dispatch({
    ...kernel,
    settings: { ...settings, rows: u32(rows) },
    workgroups: spread(rows),
    source: () => `
${rowReductions}
${functions}
@compute @workgroup_size(${rowThreads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = ${workIndex};
  if (row >= settings.rows) { return; }
  ${body}
}`,
  });
}

/** Sums of each column, for several sums at once: chunks of rows first, then the chunks, always in the same order. */
function addColumns(
  kernels: WebgpuKernels,
  key: string,
  inputs: [string, TensorInfo][],
  outputs: readonly TensorInfo[],
  rows: number,
  columns: number,
  terms: () => string[],
): void {
  if (rows === 0) {
    for (const output of outputs) kernels.clear(output);
    return;
  }
  const chunks = Math.max(1, Math.min(mostChunks, Math.floor(rows / rowsOfChunk)));
  const parts = chunks === 1 ? outputs : outputs.map(() => kernels.make({ shape: [chunks, columns] }));
  const names = outputs.map((_, index) => `sums${index}`);
  const source = (values: readonly string[]): string => `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= settings.columns) { return; }
  ${names.map((_, index) => `var total${index} = 0.0;`).join(' ')}
  let end = min(settings.rows, (id.y + 1u) * settings.chunk);
  for (var row = id.y * settings.chunk; row < end; row++) {
    let place = row * settings.columns + column;
    ${values.map((value, index) => `total${index} += ${value};`).join(' ')}
  }
  ${names.map((name, index) => `${name}[id.y * settings.columns + column] = total${index};`).join(' ')}
}`;
  const columnGroups = Math.ceil(columns / 64);
  const bind = (tensors: readonly TensorInfo[], prefix: string): [string, TensorInfo][] =>
    tensors.map((tensor, index) => [`${prefix}${index}`, tensor]);
  kernels.dispatch({
    key,
    inputs,
    outputs: bind(parts, 'sums'),
    settings: { rows: u32(rows), columns: u32(columns), chunk: u32(Math.ceil(rows / chunks)) },
    workgroups: [columnGroups, chunks],
    source: () => source(terms()),
  });
  if (parts === outputs) return;
  kernels.dispatch({
    key: `${key}, chunks`,
    inputs: bind(parts, 'part'),
    outputs: bind(outputs, 'sums'),
    settings: { rows: u32(chunks), columns: u32(columns), chunk: u32(chunks) },
    workgroups: [columnGroups, 1],
    source: () => source(names.map((_, index) => `part${index}[place]`)),
  });
  for (const part of parts) kernels.discard(part);
}

/** Two matrices, either of them transposed first. */
function productOf(
  a: TensorInfo,
  b: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): Pick<Product, 'rows' | 'columns' | 'depth' | 'a' | 'b'> {
  const [rows, depth] = (transposeA ? [a.shape[1], a.shape[0]] : a.shape) as [number, number];
  const columns = b.shape[transposeB ? 0 : 1]!;
  return {
    rows,
    columns,
    depth,
    a: { tensor: a, ...(transposeA ? { row: 1, column: rows } : { row: depth, column: 1 }) },
    b: { tensor: b, ...(transposeB ? { row: 1, column: depth } : { row: columns, column: 1 }) },
  };
}

function dropoutSettings(mask: HashMask | undefined): Readonly<Record<string, Setting>> {
  if (mask === undefined) return {};
  return {
    threshold: u32(mask.threshold),
    first_key: u32(mask.firstKey >>> 0),
    second_key: u32(mask.secondKey >>> 0),
    kept_scale: f32(mask.scale),
  };
}

/** How the heads lie in [B, S, D] and their weights in [B, A, S, K]. */
function attentionForm(query: TensorInfo, key: TensorInfo, heads: number) {
  const [batch, queries, width] = query.shape as [number, number, number];
  const keys = key.shape[1]!;
  const part = width / heads;
  return {
    batch,
    queries,
    keys,
    width,
    part,
    scale: 1 / Math.sqrt(part),
    perHead: { batch: batch * heads, inner: heads },
    weights: { row: keys, column: 1, outer: heads * queries * keys, step: queries * keys },
  };
}
