export interface NativeOptions {
  readonly device: 'cpu' | 'gpu';
  /** A folder with TensorFlow's libraries. Default: searched for. */
  readonly folder?: string | undefined;
  readonly threads?: number | undefined;
  /** For a process that may crash: no child process tries the libraries first. */
  readonly expendable?: boolean;
}

export interface OpenedNative {
  readonly version: string;
  readonly device: string;
  readonly folder: string;
  /** How the folder was found. */
  readonly from: string;
}
