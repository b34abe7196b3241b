import { multiplyAdd } from './multiply-add';
import { sumOfLanes } from './row';

/**
 * Dot products of a query with rows: target [count] from rows [count, width] and query [width]; `width` is a multiple
 * of 16. Four sums run side by side, so that no addition waits for the one before it.
 */
export function dotRows(query: usize, rows: usize, target: usize, count: i32, width: i32): void {
  const step = (width as usize) << 2;
  for (let row = 0; row < count; row++) {
    let first = f32x4.splat(0);
    let second = f32x4.splat(0);
    let third = f32x4.splat(0);
    let fourth = f32x4.splat(0);
    for (let at: usize = 0; at < step; at += 64) {
      first = multiplyAdd(v128.load(query + at), v128.load(rows + at), first);
      second = multiplyAdd(v128.load(query + at, 16), v128.load(rows + at, 16), second);
      third = multiplyAdd(v128.load(query + at, 32), v128.load(rows + at, 32), third);
      fourth = multiplyAdd(v128.load(query + at, 48), v128.load(rows + at, 48), fourth);
    }
    store<f32>(
      target + ((row as usize) << 2),
      sumOfLanes(f32x4.add(f32x4.add(first, second), f32x4.add(third, fourth))),
    );
    rows += step;
  }
}

/**
 * As `dotRows` for rows in bytes, each with a scale: target = queryScale * scale * (query . row). The query is in 16
 * bits; its caller keeps it so small that no 32-bit sum overflows.
 */
export function dotByteRows(
  query: usize,
  rows: usize,
  scales: usize,
  target: usize,
  count: i32,
  width: i32,
  queryScale: f32,
): void {
  for (let row = 0; row < count; row++) {
    let first = i32x4.splat(0);
    let second = i32x4.splat(0);
    for (let at: usize = 0; at < (width as usize); at += 16) {
      const bytes = v128.load(rows + at);
      const low = i16x8.extend_low_i8x16_s(bytes);
      const high = i16x8.extend_high_i8x16_s(bytes);
      first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(query + (at << 1)), low));
      second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(query + (at << 1), 16), high));
    }
    const sums = i32x4.add(first, second);
    const sum =
      i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3);
    const at = (row as usize) << 2;
    store<f32>(target + at, (sum as f32) * load<f32>(scales + at) * queryScale);
    rows += width as usize;
  }
}
