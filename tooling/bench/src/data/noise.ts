import { randomStream } from '@kaleido/foundation';

const poolBytes = 2 ** 22;
const jpegHead = [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10];

/**
 * Pictures for readers, which never decode them: the first bytes of a JPEG file, their number, and noise, which no
 * codec can compress. Each is another one.
 */
export class NoisePictures {
  readonly #pool = new Uint8Array(poolBytes);
  readonly #bytes: number;

  /** @param bytes of each picture, from 16 up to 4 MiB */
  constructor(bytes: number) {
    this.#bytes = bytes;
    const random = randomStream(1, 'noise pictures');
    const words = new Uint32Array(this.#pool.buffer);
    for (let at = 0; at < words.length; at++) words[at] = random.integer(2 ** 32);
  }

  picture(number: number): Uint8Array<ArrayBuffer> {
    // Far apart: Snappy finds what repeats within 64 KiB.
    const start = (number * 1_000_003) % (poolBytes - this.#bytes + 1);
    const bytes = this.#pool.slice(start, start + this.#bytes);
    bytes.set(jpegHead);
    new DataView(bytes.buffer).setUint32(jpegHead.length, number);
    return bytes;
  }
}

/** A caption and labels as catalogues have them. */
export function captionOf(number: number): string {
  return `Dress number ${number} in navy cotton, with a round neck, long sleeves and a belt at the waist.`;
}

/** Labels repeat. */
export function categoryOf(number: number): string {
  return ['Dresses', 'Tops', 'Trousers', 'Shoes', 'Bags'][number % 5] as string;
}

/** A number with leading zeros, as names of shards have it. */
export function numbered(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
