// The hash is the same as in src/operations/hash-mask.ts, bit for bit.

function hash(index: v128, firstKey: v128, secondKey: v128): v128 {
  let h = i32x4.add(index, firstKey);
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x7feb352d));
  h = i32x4.mul(i32x4.add(v128.xor(h, i32x4.shr_u(h, 15)), secondKey), i32x4.splat(0x846ca68b));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** target = x with the elements whose hash is below the threshold set to 0; element 0 has the index `start`. */
export function dropout(
  x: usize,
  target: usize,
  start: i32,
  size: i32,
  threshold: u32,
  firstKey: i32,
  secondKey: i32,
  scale: f32,
): void {
  const first = i32x4.splat(firstKey);
  const second = i32x4.splat(secondKey);
  const thresholds = i32x4.splat(threshold as i32);
  const scales = f32x4.splat(scale);
  const four = i32x4.splat(4);
  let index = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const stays = i32x4.ge_u(hash(index, first, second), thresholds);
    v128.store(target + (i << 2), v128.and(f32x4.mul(v128.load(x + (i << 2)), scales), stays));
    index = i32x4.add(index, four);
  }
  for (; i < size; i++) {
    const h = i32x4.extract_lane(hash(i32x4.splat(start + i), first, second), 0) as u32;
    store<f32>(target + (i << 2), h >= threshold ? load<f32>(x + (i << 2)) * scale : 0);
  }
}
