const scratch = new DataView(new ArrayBuffer(4));

/** The half-precision bits nearest to a number (ties to even); beyond 65,504 it becomes infinity. */
export function toFloat16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const single = scratch.getFloat32(0);
  let bits = scratch.getUint32(0);
  // Bits lost in single precision must still break ties: rounding to odd first avoids double rounding.
  if (single !== value && !Number.isNaN(value)) bits = (Math.abs(single) > Math.abs(value) ? bits - 1 : bits) | 1;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  const half = exponent - 112;
  if (half >= 31) return sign | 0x7c00;
  if (half <= 0) {
    if (half < -10) return sign;
    const full = mantissa | 0x800000;
    const shift = 14 - half;
    return sign | roundShift(full, shift);
  }
  return sign | ((half << 10) + roundShift(mantissa, 13));
}

function roundShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return rest > middle || (rest === middle && (kept & 1) === 1) ? kept + 1 : kept;
}

let table: Float32Array | undefined;

/** The number that half-precision bits stand for. */
export function fromFloat16Bits(bits: number): number {
  return float16Table()[bits & 0xffff] as number;
}

/** All 65,536 half-precision values, computed once: decoding a feature store is then one look-up per number. */
export function float16Table(): Float32Array {
  if (table !== undefined) return table;
  table = new Float32Array(65_536);
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >>> 10) & 31;
    const mantissa = bits & 1023;
    if (exponent === 0) table[bits] = sign * mantissa * 2 ** -24;
    else if (exponent === 31) table[bits] = mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else table[bits] = sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  }
  return table;
}
