import { multiplyAdd } from './multiply-add';

/**
 * Weighted sums of the rows of each sequence: target [batch, outputs, width] from x [batch, inputs, width] and weights
 * [outputs, inputs], which are shared or different for each sequence. `outputStep` and `inputStep` are the strides of
 * the weights in elements, so that the gradient uses the same function.
 */
export function pool(
  x: usize,
  weights: usize,
  target: usize,
  batch: i32,
  outputs: i32,
  inputs: i32,
  width: i32,
  outputStep: i32,
  inputStep: i32,
  shared: i32,
): void {
  const step = (width as usize) << 2;
  for (let b = 0; b < batch; b++) {
    for (let output = 0; output < outputs; output++) {
      memory.fill(target, 0, step);
      for (let input = 0; input < inputs; input++) {
        const weight = load<f32>(weights + (((output * outputStep + input * inputStep) as usize) << 2));
        // Most weights are 0: a row belongs to one level, and padding to none.
        if (weight !== 0) addScaledRow(target, x + (input as usize) * step, width, weight);
      }
      target += step;
    }
    x += (inputs as usize) * step;
    if (shared === 0) weights += ((outputs * inputs) as usize) << 2;
  }
}

/** target += factor * x */
function addScaledRow(target: usize, x: usize, length: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  let i = 0;
  for (; i + 4 <= length; i += 4)
    v128.store(target + (i << 2), multiplyAdd(factors, v128.load(x + (i << 2)), v128.load(target + (i << 2))));
  for (; i < length; i++)
    store<f32>(target + (i << 2), load<f32>(target + (i << 2)) + factor * load<f32>(x + (i << 2)));
}
