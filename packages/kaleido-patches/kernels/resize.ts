// The two passes of an integer resize, on their own linear memory. All `usize` arguments are pointers into it; nothing
// here allocates. Both passes read up to 15 bytes past their input, and the second writes up to 15 bytes past its
// output. The caller reserves room for that, and the next row overwrites those bytes.

/** Weights are integer multiples of 2^-22, as in Pillow. */
const fractionBits = 22;
const half: i32 = 1 << (fractionBits - 1);

/**
 * Resizes each of `rows` RGB rows, `stride` bytes apart, to `width` pixels. It goes column by column, to reuse a
 * column's weights for all rows. Nearly all enlargements have two weights per column.
 */
export function alongRows(
  source: usize,
  stride: i32,
  rows: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  most: i32,
  target: usize,
  width: i32,
): void {
  const targetStride = (width * 3) as usize;
  for (let x = 0; x < width; x++) {
    const at = (x as usize) << 2;
    const count = load<i32>(counts + at);
    const column = weights + (((x * most) as usize) << 2);
    let from = source + 3 * (load<i32>(starts + at) as usize);
    let to = target + 3 * (x as usize);
    const isLast = x === width - 1;
    if (count === 2) {
      const first = i32x4.splat(load<i32>(column));
      const second = i32x4.splat(load<i32>(column + 4));
      for (let row = 0; row < rows; row++) {
        const sum = i32x4.add(
          i32x4.add(i32x4.splat(half), i32x4.mul(pixelAt(from), first)),
          i32x4.mul(pixelAt(from + 3), second),
        );
        storePixel(to, sum, isLast);
        from += stride as usize;
        to += targetStride;
      }
    } else {
      const end = column + ((count as usize) << 2);
      for (let row = 0; row < rows; row++) {
        let sum = i32x4.splat(half);
        let pixel = from;
        for (let weight = column; weight < end; weight += 4, pixel += 3)
          sum = i32x4.add(sum, i32x4.mul(pixelAt(pixel), i32x4.splat(load<i32>(weight))));
        storePixel(to, sum, isLast);
        from += stride as usize;
        to += targetStride;
      }
    }
  }
}

/** The three channels of a pixel, and the byte after them. */
function pixelAt(from: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
}

/** Stores three channels. Except in the last column, it also writes a fourth byte, which the next column overwrites. */
function storePixel(to: usize, sum: v128, isLast: bool): void {
  const levels = i32x4.shr_s(sum, fractionBits);
  const narrow = i16x8.narrow_i32x4_s(levels, levels);
  const bytes = i8x16.narrow_i16x8_u(narrow, narrow);
  if (isLast) {
    v128.store16_lane(to, bytes, 0);
    v128.store8_lane(to + 2, bytes, 2);
  } else v128.store32_lane(to, bytes, 0);
}

/** Resizes rows of `length` bytes, `stride` bytes apart, to `height` contiguous rows. */
export function alongColumns(
  source: usize,
  stride: i32,
  length: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  most: i32,
  target: usize,
  height: i32,
): void {
  for (let y = 0; y < height; y++) {
    const at = (y as usize) << 2;
    const first = source + ((load<i32>(starts + at) * stride) as usize);
    const firstWeight = weights + (((y * most) as usize) << 2);
    const end = firstWeight + ((load<i32>(counts + at) as usize) << 2);
    for (let i = 0; i < length; i += 16) {
      let a = i32x4.splat(half);
      let b = a;
      let c = a;
      let d = a;
      let from = first + (i as usize);
      for (let weight = firstWeight; weight < end; weight += 4, from += stride as usize) {
        const factor = i32x4.splat(load<i32>(weight));
        const bytes = v128.load(from);
        const low = i16x8.extend_low_i8x16_u(bytes);
        const high = i16x8.extend_high_i8x16_u(bytes);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), factor));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), factor));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), factor));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), factor));
      }
      const left = i16x8.narrow_i32x4_s(i32x4.shr_s(a, fractionBits), i32x4.shr_s(b, fractionBits));
      const right = i16x8.narrow_i32x4_s(i32x4.shr_s(c, fractionBits), i32x4.shr_s(d, fractionBits));
      v128.store(target + (i as usize), i8x16.narrow_i16x8_u(left, right));
    }
    target += length as usize;
  }
}
