/** A parser under test: a valid file, and a function that reads a file completely. */
export interface Format {
  readonly sound: Uint8Array;
  read(bytes: Uint8Array): Promise<void>;
}
