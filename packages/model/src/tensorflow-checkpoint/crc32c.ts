/** Castagnoli's polynomial, reflected. */
const polynomial = 0x82f63b78;
/** Bytes per iteration of the loop. */
const slices = 8;

let tables: Uint32Array | undefined;

/** Table `k`, of 256 entries: how a byte changes the checksum if `k` zeros follow it. */
function makeTables(): Uint32Array {
  const made = new Uint32Array(slices * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? polynomial : 0);
    made[byte] = sum;
  }
  for (let k = 1; k < slices; k++)
    for (let byte = 0; byte < 256; byte++) {
      const before = made[256 * (k - 1) + byte] as number;
      made[256 * k + byte] = (before >>> 8) ^ (made[before & 0xff] as number);
    }
  return made;
}

/**
 * CRC-32C, as LevelDB and TensorFlow use it.
 * @param before the checksum of the bytes before these
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  tables ??= makeTables();
  const t = tables;
  let sum = ~before;
  let i = 0;
  for (const end = bytes.length - slices; i <= end; i += slices) {
    const low =
      sum ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24));
    sum =
      (t[1792 + (low & 0xff)] as number) ^
      (t[1536 + ((low >>> 8) & 0xff)] as number) ^
      (t[1280 + ((low >>> 16) & 0xff)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number);
  }
  for (; i < bytes.length; i++) sum = (sum >>> 8) ^ (t[(sum ^ (bytes[i] as number)) & 0xff] as number);
  return ~sum >>> 0;
}

/** A checksum as it is stored: rotated and offset, so that data may itself contain checksums (LevelDB). */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
