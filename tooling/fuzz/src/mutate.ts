import type { RandomStream } from '@kaleido/foundation';

/** Bytes that are difficult for parsers: ends of ranges, separators, digits, the long varint. */
const nasty = [
  0x00, 0x01, 0x7f, 0x80, 0xff, 0x09, 0x0a, 0x0d, 0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x45, 0x5b, 0x7b, 0x7d,
];

/** A damaged copy of a file, with a few changes as made by disks, networks and attackers. */
export function mutate(sound: Uint8Array, random: RandomStream): Uint8Array {
  let bytes = Uint8Array.from(sound);
  const changes = 1 + random.integer(4);
  for (let change = 0; change < changes; change++) {
    const at = random.integer(Math.max(1, bytes.length));
    const length = Math.min(bytes.length - at, 1 + random.integer(random.chance(0.2) ? 64 : 8));
    const end = at + Math.max(0, length);
    switch (random.integer(7)) {
      case 0: // one bit
        if (bytes.length > 0) bytes[at] = (bytes[at] as number) ^ (1 << random.integer(8));
        break;
      case 1: // some difficult bytes
        for (let i = at; i < end; i++) bytes[i] = random.pick(nasty);
        break;
      case 2: // some random bytes
        for (let i = at; i < end; i++) bytes[i] = random.integer(256);
        break;
      case 3: // truncated
        if (random.chance(0.3)) bytes = bytes.slice(0, at);
        break;
      case 4: // a part removed
        bytes = join(bytes.subarray(0, at), bytes.subarray(end));
        break;
      case 5: // a part repeated
        bytes = join(bytes.subarray(0, end), bytes.subarray(at));
        break;
      default: // a part inserted
        bytes = join(
          bytes.subarray(0, at),
          Uint8Array.from({ length: 1 + random.integer(12) }, () => random.pick(nasty)),
          bytes.subarray(at),
        );
    }
  }
  return bytes;
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
