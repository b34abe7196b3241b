import { addRow } from './row';

/** Rows of table [V, width] by ids int32 [count]: target [count, width]. */
export function gatherTableRows(table: usize, ids: usize, target: usize, count: i32, width: i32): void {
  const step = (width as usize) << 2;
  for (let i = 0; i < count; i++) {
    memory.copy(target, table + (load<i32>(ids + (i << 2)) as usize) * step, step);
    target += step;
  }
}

/** Adds the rows [count, width] into target [rows, width], which starts at 0, in the order of the ids. */
export function scatterAddRows(source: usize, ids: usize, target: usize, count: i32, rows: i32, width: i32): void {
  const step = (width as usize) << 2;
  memory.fill(target, 0, (rows as usize) * step);
  for (let i = 0; i < count; i++) {
    addRow(target + (load<i32>(ids + (i << 2)) as usize) * step, source, width);
    source += step;
  }
}

/** The sum of every column of x [rows, width]. */
export function columnSums(x: usize, target: usize, rows: i32, width: i32): void {
  const step = (width as usize) << 2;
  let column = 0;
  // Sixteen columns are one cache line.
  for (; column + 16 <= width; column += 16) {
    let from = x + (column << 2);
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    for (let row = 0; row < rows; row++) {
      sum0 = f32x4.add(sum0, v128.load(from));
      sum1 = f32x4.add(sum1, v128.load(from, 16));
      sum2 = f32x4.add(sum2, v128.load(from, 32));
      sum3 = f32x4.add(sum3, v128.load(from, 48));
      from += step;
    }
    const to = target + (column << 2);
    v128.store(to, sum0);
    v128.store(to, sum1, 16);
    v128.store(to, sum2, 32);
    v128.store(to, sum3, 48);
  }
  for (; column < width; column++) {
    let sum: f32 = 0;
    for (let row = 0; row < rows; row++) sum += load<f32>(x + (((row * width + column) as usize) << 2));
    store<f32>(target + (column << 2), sum);
  }
}
