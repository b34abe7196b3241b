import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { KaleidoError } from './kaleido-error.ts';

/** A path as the user meant it: pnpm starts scripts in the package's folder, and tells where the user stands. */
export function pathFromUser(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/**
 * The value of `--threads`.
 * @param app who speaks where it is wrong
 */
export function threadCount(text: string, app: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new KaleidoError({
    source: app,
    problem: '--threads must be a whole number from 1 up',
    found: text,
    advice: `this machine has ${availableParallelism()} cores`,
  });
}

/** Runs a command to its end: what a user got wrong is one clear line, and the exit code is 1. */
export async function runCommand(command: () => Promise<unknown>): Promise<void> {
  try {
    await command();
  } catch (error) {
    // Anything that is no error of ours is a fault of ours, and shows where it is.
    console.error(KaleidoError.isInstance(error) ? error.message.replaceAll(/\s*\n\s*/g, ' ') : error);
    process.exitCode = 1;
  }
}
