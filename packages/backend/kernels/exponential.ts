import { multiplyAdd } from './multiply-add';

// Taylor's series of e^r to r^7 on |r| <= ln(2) / 2, where the next term is below half a unit in the last place.

// Adding this to a number below 2^22 rounds the number to an integer, and leaves that integer plus 127 in the low bits:
// the exponent of a power of two, ready to be shifted into place.
const rounding: f32 = 1.5 * 8388608 + 127;

/** e^x of four numbers, relative error about 1e-7; 0 below -86, no more than 2.2e38, NaN for NaN. */
export function exponential(x: v128): v128 {
  // The "pseudo" forms are one instruction each, and with x first they return NaN for NaN. The lower limit avoids
  // denormal numbers, which cost a hundred cycles each.
  const limited = f32x4.pmax(f32x4.pmin(x, f32x4.splat(88.3)), f32x4.splat(-86));
  const rounded = multiplyAdd(limited, f32x4.splat(Math.LOG2E as f32), f32x4.splat(rounding));
  const power = f32x4.sub(rounded, f32x4.splat(rounding));
  // ln(2) in two parts, so that the remainder keeps its low bits.
  const most = multiplyAdd(power, f32x4.splat(-0.693359375), limited);
  const r = multiplyAdd(power, f32x4.splat((0.693359375 - Math.LN2) as f32), most);
  let sum = multiplyAdd(r, f32x4.splat(1 / 5040.0), f32x4.splat(1 / 720.0));
  sum = multiplyAdd(sum, r, f32x4.splat(1 / 120.0));
  sum = multiplyAdd(sum, r, f32x4.splat(1 / 24.0));
  sum = multiplyAdd(sum, r, f32x4.splat(1 / 6.0));
  sum = multiplyAdd(sum, r, f32x4.splat(0.5));
  sum = multiplyAdd(sum, r, f32x4.splat(1));
  sum = multiplyAdd(sum, r, f32x4.splat(1));
  const scaled = f32x4.mul(sum, i32x4.shl(rounded, 23));
  return v128.andnot(scaled, f32x4.lt(x, f32x4.splat(-86)));
}

/** e^x of one number. */
export function exponentialOfOne(x: f32): f32 {
  return f32x4.extract_lane(exponential(f32x4.splat(x)), 0);
}

/** The natural logarithm of a positive, normal number: its exponent, and a series in (m - 1) / (m + 1) of its mantissa. */
export function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = ((bits >> 52) - 1023) as i32;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series: f64 = 1 / 15.0;
  series = series * square + 1 / 13.0;
  series = series * square + 1 / 11.0;
  series = series * square + 1 / 9.0;
  series = series * square + 1 / 7.0;
  series = series * square + 1 / 5.0;
  series = series * square + 1 / 3.0;
  return (exponent as f64) * Math.LN2 + 2 * s * (1 + series * square);
}
