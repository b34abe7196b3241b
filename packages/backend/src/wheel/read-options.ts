/** What reading something large lets its caller see and stop. */
export interface ReadOptions {
  /** Bytes that are through, and how many there are where that is known. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /** Stops it; what it throws then is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
