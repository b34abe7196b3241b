/** One AdamW update of `size` elements: TensorFlow's form, see src/operations/adam-w.ts. */
export function adamW(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  newParameter: usize,
  newFirst: usize,
  newSecond: usize,
  size: i32,
  gradientScale: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  correctedRate: f32,
  epsilon: f32,
  keep: f32,
): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const at = (i as usize) << 2;
    const g = f32x4.mul(v128.load(gradient + at), f32x4.splat(gradientScale));
    const m = f32x4.add(f32x4.mul(v128.load(first + at), f32x4.splat(beta1)), f32x4.mul(g, f32x4.splat(oneMinusBeta1)));
    const v = f32x4.add(
      f32x4.mul(v128.load(second + at), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(oneMinusBeta2)),
    );
    const update = f32x4.mul(f32x4.div(m, f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon))), f32x4.splat(correctedRate));
    v128.store(newFirst + at, m);
    v128.store(newSecond + at, v);
    v128.store(newParameter + at, f32x4.sub(f32x4.mul(v128.load(parameter + at), f32x4.splat(keep)), update));
  }
  for (; i < size; i++) {
    const at = (i as usize) << 2;
    const g = load<f32>(gradient + at) * gradientScale;
    const m = load<f32>(first + at) * beta1 + g * oneMinusBeta1;
    const v = load<f32>(second + at) * beta2 + g * g * oneMinusBeta2;
    store<f32>(newFirst + at, m);
    store<f32>(newSecond + at, v);
    store<f32>(newParameter + at, load<f32>(parameter + at) * keep - (m / (sqrt<f32>(v) + epsilon)) * correctedRate);
  }
}

/** The sum of all squares, in double precision, so that a large tensor loses no digits. */
export function sumOfSquares(x: usize, size: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const value = v128.load(x + (i << 2));
    const first = f64x2.promote_low_f32x4(value);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const pairs = f64x2.add(low, high);
  let sum = f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
  for (; i < size; i++) {
    const value = load<f32>(x + (i << 2)) as f64;
    sum += value * value;
  }
  return sum;
}
