/** Bytes of a file behind an address for a thread that must wait for them, in memory that two threads share. */
export interface SharedBytes {
  /** [1] `waiting`, `failed`, or how many bytes are in `data` */
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly data: Uint8Array<SharedArrayBuffer>;
}

export const waiting = -1;
export const failed = -2;

/** Most bytes at once: about one read of Fashion-Gen's pixels, which is 6 MiB. */
const mostBytes = 2 ** 23;

export function sharedBytes(): SharedBytes {
  return {
    control: new Int32Array(new SharedArrayBuffer(4)),
    data: new Uint8Array(new SharedArrayBuffer(mostBytes)),
  };
}
