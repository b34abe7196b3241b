import { exponential } from './exponential';

// gelu(x) = x/2 (1 + tanh(u)) = x sigmoid(2u) with u = sqrt(2/pi) (x + 0.044715 x^3): one e^x, and no cancellation.

const linearTerm: f32 = -2 * 0.7978845608028654;
const cubicTerm: f32 = -2 * 0.7978845608028654 * 0.044715;

function sigmoid(x: v128): v128 {
  const square = f32x4.mul(x, x);
  const exponent = f32x4.mul(x, f32x4.add(f32x4.mul(square, f32x4.splat(cubicTerm)), f32x4.splat(linearTerm)));
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exponential(exponent)));
}

function value(x: v128): v128 {
  return f32x4.mul(x, sigmoid(x));
}

/** s + x s (1 - s) 2u' */
function slope(x: v128): v128 {
  const s = sigmoid(x);
  const square = f32x4.mul(x, x);
  const inner = f32x4.sub(f32x4.splat(-linearTerm), f32x4.mul(square, f32x4.splat(3 * cubicTerm)));
  const spread = f32x4.mul(f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)), f32x4.mul(x, inner));
  return f32x4.add(s, spread);
}

export function gelu(x: usize, target: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) v128.store(target + (i << 2), value(v128.load(x + (i << 2))));
  for (; i < size; i++) {
    store<f32>(target + (i << 2), f32x4.extract_lane(value(f32x4.splat(load<f32>(x + (i << 2)))), 0));
  }
}

export function geluGradient(gradient: usize, x: usize, target: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    v128.store(target + (i << 2), f32x4.mul(v128.load(gradient + (i << 2)), slope(v128.load(x + (i << 2)))));
  }
  for (; i < size; i++) {
    const factor = f32x4.extract_lane(slope(f32x4.splat(load<f32>(x + (i << 2)))), 0);
    store<f32>(target + (i << 2), load<f32>(gradient + (i << 2)) * factor);
  }
}
