const [comma, minus, plus, point, zero, nine, largeE, smallE] = [0x2c, 0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x45, 0x65];
/** Whole numbers below this are exact in a double; times or divided by an exact power of ten, they are rounded once. */
const exact = 2 ** 53;
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Where a list of numbers is wrong. */
export interface NumberProblem {
  readonly problem: string;
  readonly found: unknown;
}

/**
 * Reads `into.length` comma-separated decimal numbers directly from the bytes: a row of the released files has a
 * megabyte of them.
 * @returns what is wrong with them; undefined if they are valid
 */
export function parseNumbers(bytes: Uint8Array, into: Float32Array | Int32Array): NumberProblem | undefined {
  const whole = into instanceof Int32Array;
  let at = 0;
  for (let index = 0; ; index++) {
    const start = at;
    let digits = 0;
    let mantissa = 0;
    let exponent = 0;
    const first = bytes[at];
    if (first === minus || first === plus) at++;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte < zero || byte > nine) break;
      mantissa = 10 * mantissa + (byte - zero);
      digits++;
    }
    if (bytes[at] === point && !whole)
      for (at++; at < bytes.length; at++) {
        const byte = bytes[at] as number;
        if (byte < zero || byte > nine) break;
        mantissa = 10 * mantissa + (byte - zero);
        digits++;
        exponent--;
      }
    if ((bytes[at] === smallE || bytes[at] === largeE) && !whole && digits > 0) {
      const sign = bytes[++at];
      if (sign === minus || sign === plus) at++;
      const from = at;
      let power = 0;
      for (; at < bytes.length; at++) {
        const byte = bytes[at] as number;
        if (byte < zero || byte > nine) break;
        // A larger power gives 0 or infinity too.
        power = Math.min(10 * power + (byte - zero), 9999);
      }
      if (at === from) digits = 0;
      exponent += sign === minus ? -power : power;
    }
    if (digits === 0 || (at < bytes.length && bytes[at] !== comma)) {
      let end = bytes.indexOf(comma, start);
      if (end < 0) end = bytes.length;
      return { problem: `is no ${whole ? 'whole ' : ''}number at ${index}`, found: textOf(bytes.subarray(start, end)) };
    }
    let value: number;
    if (mantissa < exact && exponent >= -22 && exponent <= 22)
      value =
        exponent < 0 ? mantissa / (powersOfTen[-exponent] as number) : mantissa * (powersOfTen[exponent] as number);
    else value = Math.abs(Number(textOf(bytes.subarray(start, at))));
    if (first === minus) value = -value;
    if (whole ? Math.abs(value) > 0x7fffffff : !Number.isFinite(Math.fround(value)))
      return { problem: `is too large at ${index}`, found: textOf(bytes.subarray(start, at)) };
    if (index < into.length) into[index] = value;
    if (at === bytes.length) {
      const count = index + 1;
      return count === into.length ? undefined : { problem: `must have ${into.length} values`, found: count };
    }
    at++;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 60));
}
