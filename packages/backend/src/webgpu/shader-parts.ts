/** Threads that share a row; a power of two, since a tree of sums halves them. */
export const rowThreads = 128;

/** WGSL: `total` and `largest` of one value per thread, returned to every thread; the order of the sum is fixed. */
export const rowReductions: string = `
var<workgroup> scratch: array<f32, ${rowThreads}>;
fn total(value: f32, thread: u32) -> f32 {
  scratch[thread] = value;
  workgroupBarrier();
  for (var half = ${rowThreads / 2}u; half > 0u; half /= 2u) {
    if (thread < half) { scratch[thread] += scratch[thread + half]; }
    workgroupBarrier();
  }
  let result = scratch[0];
  workgroupBarrier();
  return result;
}
fn largest(value: f32, thread: u32) -> f32 {
  scratch[thread] = value;
  workgroupBarrier();
  for (var half = ${rowThreads / 2}u; half > 0u; half /= 2u) {
    if (thread < half) { scratch[thread] = max(scratch[thread], scratch[thread + half]); }
    workgroupBarrier();
  }
  let result = scratch[0];
  workgroupBarrier();
  return result;
}
const smallestNumber = -3.4e38;
// WGSL gives no guarantee for NaN: max may skip it, and exp may return a number for it.
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn power(x: f32) -> f32 { return select(exp(x), x, is_nan(x)); }
`;

/** WGSL: the dropout factor of an element, by the hash of src/operations/hash-mask.ts. */
export const dropoutFactor: string = `
fn dropout_factor(index: u32) -> f32 {
  var h = index + settings.first_key;
  h = (h ^ (h >> 16u)) * 0x7feb352du;
  h = ((h ^ (h >> 15u)) + settings.second_key) * 0x846ca68bu;
  return select(0.0, settings.kept_scale, (h ^ (h >> 16u)) >= settings.threshold);
}
`;

/** WGSL: `gelu` in its tanh form, and the `gelu_tanh` that its gradient needs. */
export const geluFunctions: string = `
fn gelu_tanh(x: f32) -> f32 {
  // Beyond these bounds tanh is 1 in float32, and some devices return NaN.
  let near = clamp(x, -20.0, 20.0);
  return tanh(clamp(0.7978845608 * (near + 0.044715 * near * near * near), -15.0, 15.0));
}
fn gelu(x: f32) -> f32 { return 0.5 * x * (1.0 + gelu_tanh(x)); }
`;
