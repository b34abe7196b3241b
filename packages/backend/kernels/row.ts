import { exponential, exponentialOfOne } from './exponential';

/** The sum of four lanes, always in the same order. */
export function sumOfLanes(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

export function maximumOfRow(x: usize, length: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= length; i += 4) largest = f32x4.max(largest, v128.load(x + (i << 2)));
  let result = max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
  for (; i < length; i++) result = max(result, load<f32>(x + (i << 2)));
  return result;
}

/** Writes e^(x - shift) and returns the sum of what it wrote. */
export function exponentialsOfRow(x: usize, target: usize, length: i32, shift: f32): f32 {
  const shifts = f32x4.splat(shift);
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const value = exponential(f32x4.sub(v128.load(x + (i << 2)), shifts));
    v128.store(target + (i << 2), value);
    sums = f32x4.add(sums, value);
  }
  let sum = sumOfLanes(sums);
  for (; i < length; i++) {
    const value = exponentialOfOne(load<f32>(x + (i << 2)) - shift);
    store<f32>(target + (i << 2), value);
    sum += value;
  }
  return sum;
}

export function scaleRow(x: usize, length: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  let i = 0;
  for (; i + 4 <= length; i += 4) v128.store(x + (i << 2), f32x4.mul(v128.load(x + (i << 2)), factors));
  for (; i < length; i++) store<f32>(x + (i << 2), load<f32>(x + (i << 2)) * factor);
}

/** The sum of the products of two rows. */
export function dotOfRows(a: usize, b: usize, length: i32): f32 {
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= length; i += 4) sums = f32x4.add(sums, f32x4.mul(v128.load(a + (i << 2)), v128.load(b + (i << 2))));
  let sum = sumOfLanes(sums);
  for (; i < length; i++) sum += load<f32>(a + (i << 2)) * load<f32>(b + (i << 2));
  return sum;
}

/** target += x */
export function addRow(target: usize, x: usize, length: i32): void {
  let i = 0;
  for (; i + 4 <= length; i += 4)
    v128.store(target + (i << 2), f32x4.add(v128.load(target + (i << 2)), v128.load(x + (i << 2))));
  for (; i < length; i++) store<f32>(target + (i << 2), load<f32>(target + (i << 2)) + load<f32>(x + (i << 2)));
}
