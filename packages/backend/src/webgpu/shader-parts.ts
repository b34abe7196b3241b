/** Threads that share a row; a tree of sums halves them. */
export const rowThreads = 128;

/** WGSL: `total` and `largest` of one value a thread, the same for every thread; the order of the sum is always the same. */
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
