/** Progress and cancellation of a long read. */
export interface ReadOptions {
  /** Bytes done, and the total if known. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /** Cancels the read, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
