// C = A . B (+ bias), blocked for the caches and packed, so that every layout of A and B runs at the same speed.
//
// A and B are given by their strides in elements, between rows and between columns; one of the two is 1. A transposed
// matrix has both strides exchanged; a head's slice of [B, S, D] has its own row stride. Blocks: a panel of B (8
// columns x 256) and one of A (4 rows x 256) fit into the first cache, a block of either into the second. A tile
// is 4 x 8, with eight accumulators: more would not fit into the 15 registers that V8 allocates.

import { multiplyAdd } from './multiply-add';

const tileRows = 4;
const tileColumns = 8;
const blockDepth = 256;
const blockRows = 96;
const blockColumns = 512;

const packedA = blockRows * blockDepth * 4;
const packedB = blockColumns * blockDepth * 4;

/** Bytes of scratch memory that a product of any size needs. */
export function matrixProductScratch(): i32 {
  return packedA + packedB + tileRows * tileColumns * 4;
}

/** A [m, k], B [k, n], C [m, n] with rows `cRow` apart; `bias` [n] or 0. */
export function matrixProduct(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  m: i32,
  n: i32,
  k: i32,
  bias: usize,
  scratch: usize,
): void {
  if (k === 0) {
    fillRows(c, cRow, m, n, bias);
    return;
  }
  const blockA = scratch;
  const blockB = scratch + packedA;
  const edge = blockB + packedB;
  for (let column = 0; column < n; column += blockColumns) {
    const columns = min(n - column, blockColumns);
    for (let depth = 0; depth < k; depth += blockDepth) {
      const depths = min(k - depth, blockDepth);
      packColumns(b + (((depth * bRow + column * bColumn) as usize) << 2), bRow, bColumn, depths, columns, blockB);
      for (let row = 0; row < m; row += blockRows) {
        const rows = min(m - row, blockRows);
        packRows(a + (((row * aRow + depth * aColumn) as usize) << 2), aRow, aColumn, rows, depths, blockA);
        for (let j = 0; j < columns; j += tileColumns) {
          const panelB = blockB + ((j * depths) << 2);
          const tileBias: usize = bias === 0 ? 0 : bias + (((column + j) as usize) << 2);
          const wide = columns - j >= tileColumns;
          for (let i = 0; i < rows; i += tileRows) {
            const target = c + ((((row + i) * cRow + column + j) as usize) << 2);
            const panelA = blockA + ((i * depths) << 2);
            if (wide && rows - i >= tileRows) {
              tile(panelA, panelB, depths, target, cRow << 2, depth > 0);
              if (depth === 0 && bias !== 0) addBias(target, cRow << 2, tileBias);
            } else {
              tile(panelA, panelB, depths, edge, tileColumns << 2, false);
              copyEdge(
                edge,
                target,
                cRow,
                min(rows - i, tileRows),
                min(columns - j, tileColumns),
                depth > 0,
                depth === 0 ? tileBias : (0 as usize),
              );
            }
          }
        }
      }
    }
  }
}

/** An empty sum: every row is the bias, or 0. */
function fillRows(c: usize, cRow: i32, m: i32, n: i32, bias: usize): void {
  const bytes = (n as usize) << 2;
  for (let i = 0; i < m; i++) {
    if (bias === 0) memory.fill(c, 0, bytes);
    else memory.copy(c, bias, bytes);
    c += (cRow as usize) << 2;
  }
}

/** One 4 x 8 tile: the product of two panels, stored in `c` or added to it. `step` is in bytes. */
function tile(a: usize, b: usize, depths: i32, c: usize, step: usize, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = a + ((depths * tileRows) << 2);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = multiplyAdd(a0, b0, c00);
    c01 = multiplyAdd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = multiplyAdd(a1, b0, c10);
    c11 = multiplyAdd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = multiplyAdd(a2, b0, c20);
    c21 = multiplyAdd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = multiplyAdd(a3, b0, c30);
    c31 = multiplyAdd(a3, b1, c31);
    a += 16;
    b += 32;
  }
  const row1 = c + step;
  const row2 = row1 + step;
  const row3 = row2 + step;
  if (add) {
    c00 = f32x4.add(c00, v128.load(c));
    c01 = f32x4.add(c01, v128.load(c, 16));
    c10 = f32x4.add(c10, v128.load(row1));
    c11 = f32x4.add(c11, v128.load(row1, 16));
    c20 = f32x4.add(c20, v128.load(row2));
    c21 = f32x4.add(c21, v128.load(row2, 16));
    c30 = f32x4.add(c30, v128.load(row3));
    c31 = f32x4.add(c31, v128.load(row3, 16));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(row1, c10);
  v128.store(row1, c11, 16);
  v128.store(row2, c20);
  v128.store(row2, c21, 16);
  v128.store(row3, c30);
  v128.store(row3, c31, 16);
}

function addBias(c: usize, step: usize, bias: usize): void {
  const first = v128.load(bias);
  const second = v128.load(bias, 16);
  for (let i = 0; i < tileRows; i++) {
    v128.store(c, f32x4.add(v128.load(c), first));
    v128.store(c, f32x4.add(v128.load(c, 16), second), 16);
    c += step;
  }
}

/** Copies the part of a tile that is inside C. */
function copyEdge(edge: usize, c: usize, cRow: i32, rows: i32, columns: i32, add: bool, bias: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const target = c + (((i * cRow + j) as usize) << 2);
      let value = load<f32>(edge + ((i * tileColumns + j) << 2));
      if (add) value += load<f32>(target);
      if (bias !== 0) value += load<f32>(bias + (j << 2));
      store<f32>(target, value);
    }
  }
}

/** A block of A as panels of 4 rows, each [depths][4]; missing rows are 0. */
function packRows(a: usize, aRow: i32, aColumn: i32, rows: i32, depths: i32, target: usize): void {
  for (let i = 0; i < rows; i += tileRows) {
    packPanel(a + (((i * aRow) as usize) << 2), aRow, aColumn, min(rows - i, tileRows), depths, target, tileRows, 0);
    target += (depths * tileRows) << 2;
  }
}

/** A block of B as panels of 8 columns, each [depths][8]; missing columns are 0. */
function packColumns(b: usize, bRow: i32, bColumn: i32, depths: i32, columns: i32, target: usize): void {
  for (let j = 0; j < columns; j += tileColumns) {
    const source = b + (((j * bColumn) as usize) << 2);
    const left = columns - j;
    packPanel(source, bColumn, bRow, min(left, 4), depths, target, tileColumns, 0);
    packPanel(
      source + (((4 * bColumn) as usize) << 2),
      bColumn,
      bRow,
      max(0, min(left - 4, 4)),
      depths,
      target,
      tileColumns,
      4,
    );
    target += (depths * tileColumns) << 2;
  }
}

/**
 * Four lines (rows of A, columns of B) of a block, side by side: `target[depth * width + offset + line]`.
 * `across` is the distance between two lines, `along` that between two elements of one.
 */
function packPanel(
  source: usize,
  across: i32,
  along: i32,
  lines: i32,
  depths: i32,
  target: usize,
  width: i32,
  offset: i32,
): void {
  const step = (width as usize) << 2;
  target += (offset as usize) << 2;
  let depth = 0;
  if (lines === 4 && across === 1) {
    const sourceStep = (along as usize) << 2;
    for (; depth < depths; depth++) {
      v128.store(target, v128.load(source));
      source += sourceStep;
      target += step;
    }
    return;
  }
  if (lines === 4 && along === 1) {
    const line1 = source + ((across as usize) << 2);
    const line2 = line1 + ((across as usize) << 2);
    const line3 = line2 + ((across as usize) << 2);
    for (; depth + 4 <= depths; depth += 4) {
      const at = (depth as usize) << 2;
      const v0 = v128.load(source + at);
      const v1 = v128.load(line1 + at);
      const v2 = v128.load(line2 + at);
      const v3 = v128.load(line3 + at);
      const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
      v128.store(target, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(target + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(target + step * 2, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(target + step * 3, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      target += step * 4;
    }
  }
  for (; depth < depths; depth++) {
    for (let line = 0; line < 4; line++) {
      const value: f32 = line < lines ? load<f32>(source + (((line * across + depth * along) as usize) << 2)) : 0;
      store<f32>(target + (line << 2), value);
    }
    target += step;
  }
}
