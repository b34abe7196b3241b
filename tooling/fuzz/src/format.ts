/** A parser under test: a valid file, and a function that reads a file completely. */
export interface Format {
  readonly sound: Uint8Array;
  read(bytes: Uint8Array): Promise<void>;
  /** Corrects checksums of a damaged file, so that the damage is found behind them. It is called for every other file. */
  repair?(bytes: Uint8Array): Uint8Array;
}
