/**
 * a * b + c of four numbers: one instruction if the engine has relaxed SIMD and the processor has a fused multiply-add,
 * else two.
 */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
