import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KaleidoError } from '@kaleido/foundation';

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

/**
 * The Python to run: KALEIDO_PYTHON, else `python3`.
 * @throws KaleidoError if it is missing, or has no pyarrow or webdataset
 */
export async function findPython(): Promise<string> {
  const python = process.env.KALEIDO_PYTHON ?? 'python3';
  try {
    // Without arguments it only imports both.
    await promisify(execFile)(python, [script]);
    return python;
  } catch (cause) {
    throw new KaleidoError({
      source: 'bench',
      problem: 'no Python with pyarrow and webdataset was found to measure against',
      found: python,
      advice:
        'pip install pyarrow webdataset, or name a Python that has them in the environment variable KALEIDO_PYTHON',
      cause,
    });
  }
}

/** Reads the shards of a folder with pyarrow or webdataset. */
export async function readInPython(python: string, format: PythonFormat, folder: string): Promise<PythonFigures> {
  const { stdout } = await promisify(execFile)(python, [script, format, folder]);
  return JSON.parse(stdout);
}
