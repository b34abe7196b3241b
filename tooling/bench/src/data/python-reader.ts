import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../python/read.py', import.meta.url));

/** What is usual in Python, in one thread, photographs as `bytes`. */
export interface PythonFigures {
  /** With its version. */
  readonly library: string;
  readonly products: number;
  /** Of all pictures. */
  readonly bytes: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Resident bytes above those before opening. */
  readonly memoryBytes: number;
}

/** Formats that have a usual reader in Python. */
export type PythonFormat = 'parquet' | 'tar';

/** Reads the shards of a folder with pyarrow or webdataset. */
export async function readInPython(python: string, format: PythonFormat, folder: string): Promise<PythonFigures> {
  const { stdout } = await promisify(execFile)(python, [script, format, folder]);
  return JSON.parse(stdout);
}
