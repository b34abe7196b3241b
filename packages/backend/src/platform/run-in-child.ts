import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KaleidoError } from '@kaleido/foundation';
import type { ChildMessage } from './answer-parent.ts';

/** The outcome of a child process. */
export type ChildOutcome =
  | { readonly kind: 'answer'; readonly answer: unknown }
  /** The script threw. */
  | { readonly kind: 'error'; readonly error: KaleidoError }
  /** It did not answer: `ended by signal SIGSEGV`, `no answer within 60 s`; with the end of its output. */
  | { readonly kind: 'end'; readonly how: string; readonly output: string };

export interface ChildOptions {
  /** A script that calls `answerParent`. */
  readonly script: URL;
  readonly args: readonly string[];
  /** Seconds until it is given up. */
  readonly patience: number;
}

/** Enough for the last lines of an error message. */
const keptCharacters = 4096;

/**
 * Runs a script in a child process, where a native library may crash or hang without affecting this one. Never rejects,
 * and leaves no process behind.
 */
export function runInChild({ script, args, patience }: ChildOptions): Promise<ChildOutcome> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(script), args, {
      // The child does not inherit this process's flags (a test runner's, a debugger's).
      execArgv: [],
      env: process.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // JSON would lose NaN.
      serialization: 'advanced',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-keptCharacters);
      });
    const finish = (outcome: ChildOutcome): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      // Later errors (a failed kill, for example) are ignored.
      child.on('error', () => undefined);
      // The answer is here; native libraries may take long to exit, or crash while they do.
      child.kill('SIGKILL');
      if (child.connected) child.disconnect();
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(outcome);
    };
    const end = (how: string): void => finish({ kind: 'end', how, output: lastLines(output) });
    const timer = setTimeout(() => end(`no answer within ${patience} s`), patience * 1000);
    child.once('message', (message) => {
      const said = message as ChildMessage;
      finish('error' in said ? { kind: 'error', error: new KaleidoError(said.error) } : { kind: 'answer', ...said });
    });
    child.once('error', (error: NodeJS.ErrnoException) => end(`not started (${error.code ?? error.message})`));
    child.once('close', (code, signal) =>
      end(signal === null ? `ended with code ${code}` : `ended by signal ${signal}`),
    );
  });
}

/** A built script of this package: the sources are TypeScript, which a child of Node 20 cannot run. */
export function builtScript(path: string, importedFrom: string): URL {
  return new URL(path, importedFrom.endsWith('.ts') ? importedFrom.replace('/src/', '/dist/') : importedFrom);
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' / ');
}
