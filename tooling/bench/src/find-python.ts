import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KaleidoError } from '@kaleido/foundation';

/** Packages of Python, by the names under which they are installed and imported. */
export type PythonPackages = readonly [string, ...string[]];

/**
 * The Python to measure against: KALEIDO_PYTHON, else `python3`.
 * @param named what the error calls the packages
 * @throws KaleidoError if it is missing, or lacks one of the packages
 */
export async function findPython(packages: PythonPackages, named: string = packages.join(' and ')): Promise<string> {
  const python = process.env.KALEIDO_PYTHON ?? 'python3';
  try {
    await promisify(execFile)(python, ['-c', `import ${packages.join(', ')}`]);
    return python;
  } catch (cause) {
    throw new KaleidoError({
      source: 'bench',
      problem: `no Python with ${named} was found to measure against`,
      found: python,
      advice: `pip install ${packages.join(' ')}, or name a Python that has them in the environment variable KALEIDO_PYTHON`,
      cause,
    });
  }
}
