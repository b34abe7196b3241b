export interface NativeOptions {
  readonly device: 'cpu' | 'gpu';
  /** A folder with TensorFlow's libraries; looked for where left out. */
  readonly folder?: string | undefined;
  readonly threads?: number | undefined;
  /** For a process that may end by a library that does not fit: the one that tries it first is left out. */
  readonly expendable?: boolean;
}

export interface OpenedNative {
  readonly version: string;
  readonly device: string;
  readonly folder: string;
  /** What led to the folder. */
  readonly from: string;
}
