import { sumOfLanes } from './row';

/**
 * y = normalised * gamma + beta of x (+ residual, or 0), each [rows, width]; `normalised` and the reciprocal
 * deviations [rows] are kept for the gradient.
 *
 * The mean is subtracted twice, from the values and from the result: in a nearly constant row the rounding of the first
 * mean is as large as the deviations.
 */
export function layerNorm(
  x: usize,
  residual: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  normalised: usize,
  reciprocals: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
): void {
  const step = (width as usize) << 2;
  const even = width & ~3;
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    let i = 0;
    if (residual !== 0) {
      for (; i < even; i += 4) {
        const total = f32x4.add(v128.load(x + (i << 2)), v128.load(residual + (i << 2)));
        v128.store(normalised + (i << 2), total);
        sums = f32x4.add(sums, total);
      }
    } else {
      for (; i < even; i += 4) sums = f32x4.add(sums, v128.load(x + (i << 2)));
    }
    let sum = sumOfLanes(sums);
    for (; i < width; i++) {
      let total = load<f32>(x + (i << 2));
      if (residual !== 0) {
        total += load<f32>(residual + (i << 2));
        store<f32>(normalised + (i << 2), total);
      }
      sum += total;
    }
    const source = residual !== 0 ? normalised : x;
    const mean: f32 = sum / (width as f32);
    const means = f32x4.splat(mean);
    let rests = f32x4.splat(0);
    for (i = 0; i < even; i += 4) {
      const centred = f32x4.sub(v128.load(source + (i << 2)), means);
      v128.store(normalised + (i << 2), centred);
      rests = f32x4.add(rests, centred);
    }
    let rest = sumOfLanes(rests);
    for (; i < width; i++) {
      const centred = load<f32>(source + (i << 2)) - mean;
      store<f32>(normalised + (i << 2), centred);
      rest += centred;
    }
    rest /= width as f32;
    const meanRests = f32x4.splat(rest);
    let squares = f32x4.splat(0);
    for (i = 0; i < even; i += 4) {
      const centred = f32x4.sub(v128.load(normalised + (i << 2)), meanRests);
      squares = f32x4.add(squares, f32x4.mul(centred, centred));
    }
    let square = sumOfLanes(squares);
    for (; i < width; i++) {
      const centred = load<f32>(normalised + (i << 2)) - rest;
      square += centred * centred;
    }
    const reciprocal: f32 = 1 / sqrt<f32>(square / (width as f32) + epsilon);
    store<f32>(reciprocals + (row << 2), reciprocal);
    const factors = f32x4.splat(reciprocal);
    for (i = 0; i < even; i += 4) {
      const value = f32x4.mul(f32x4.sub(v128.load(normalised + (i << 2)), meanRests), factors);
      v128.store(normalised + (i << 2), value);
      v128.store(y + (i << 2), f32x4.add(f32x4.mul(value, v128.load(gamma + (i << 2))), v128.load(beta + (i << 2))));
    }
    for (; i < width; i++) {
      const value = (load<f32>(normalised + (i << 2)) - rest) * reciprocal;
      store<f32>(normalised + (i << 2), value);
      store<f32>(y + (i << 2), value * load<f32>(gamma + (i << 2)) + load<f32>(beta + (i << 2)));
    }
    x += step;
    if (residual !== 0) residual += step;
    y += step;
    normalised += step;
  }
}

/** dx = (g - mean(g) - normalised * mean(g * normalised)) * reciprocal with g = gradient * gamma; dgamma, dbeta [width]. */
export function layerNormGradient(
  gradient: usize,
  normalised: usize,
  reciprocals: usize,
  gamma: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  rows: i32,
  width: i32,
): void {
  const step = (width as usize) << 2;
  const even = width & ~3;
  memory.fill(dgamma, 0, step);
  memory.fill(dbeta, 0, step);
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    let products = f32x4.splat(0);
    let i = 0;
    for (; i < even; i += 4) {
      const at = (i as usize) << 2;
      const g = v128.load(gradient + at);
      const n = v128.load(normalised + at);
      const gn = f32x4.mul(g, n);
      v128.store(dgamma + at, f32x4.add(v128.load(dgamma + at), gn));
      v128.store(dbeta + at, f32x4.add(v128.load(dbeta + at), g));
      const scale = v128.load(gamma + at);
      sums = f32x4.add(sums, f32x4.mul(g, scale));
      products = f32x4.add(products, f32x4.mul(gn, scale));
    }
    let sum = sumOfLanes(sums);
    let product = sumOfLanes(products);
    for (; i < width; i++) {
      const at = (i as usize) << 2;
      const g = load<f32>(gradient + at);
      const gn = g * load<f32>(normalised + at);
      store<f32>(dgamma + at, load<f32>(dgamma + at) + gn);
      store<f32>(dbeta + at, load<f32>(dbeta + at) + g);
      sum += g * load<f32>(gamma + at);
      product += gn * load<f32>(gamma + at);
    }
    sum /= width as f32;
    product /= width as f32;
    const reciprocal = load<f32>(reciprocals + (row << 2));
    const meanSums = f32x4.splat(sum);
    const meanProducts = f32x4.splat(product);
    const factors = f32x4.splat(reciprocal);
    for (i = 0; i < even; i += 4) {
      const at = (i as usize) << 2;
      const g = f32x4.mul(v128.load(gradient + at), v128.load(gamma + at));
      const rest = f32x4.sub(f32x4.sub(g, meanSums), f32x4.mul(v128.load(normalised + at), meanProducts));
      v128.store(dx + at, f32x4.mul(rest, factors));
    }
    for (; i < width; i++) {
      const at = (i as usize) << 2;
      const g = load<f32>(gradient + at) * load<f32>(gamma + at);
      store<f32>(dx + at, (g - sum - load<f32>(normalised + at) * product) * reciprocal);
    }
    gradient += step;
    normalised += step;
    dx += step;
  }
}
