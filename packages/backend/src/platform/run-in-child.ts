import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KaleidoError } from '@kaleido/foundation';
import type { ChildMessage } from './answer-parent.ts';

/** How a child process went. */
export type ChildOutcome =
  | { readonly kind: 'answer'; readonly answer: unknown }
  /** What its script threw. */
  | { readonly kind: 'error'; readonly error: KaleidoError }
  /** It gave no answer: `ended by signal SIGSEGV`, `no answer within 60 s`; and the last of what it printed. */
  | { readonly kind: 'end'; readonly how: string; readonly output: string };

export interface ChildOptions {
  /** A script that calls `answerParent`. */
  readonly script: URL;
  readonly args: readonly string[];
  /** Seconds until it is given up. */
  readonly patience: number;
}

/** Enough for the last lines of a complaint. */
const keptCharacters = 4096;

/**
 * Runs a script in a process of its own, where a native library may crash or hang without taking this one with it.
 * Never rejects, and leaves no process behind.
 */
export function runInChild({ script, args, patience }: ChildOptions): Promise<ChildOutcome> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(script), args, {
      // Flags of this process (a test runner's, a debugger's) are not the child's.
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
      // What is still to be said here (a failed kill, say) has nobody to hear it.
      child.on('error', () => undefined);
      // Native libraries may take long to end, or crash while they do; the answer is here.
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

/** A script of this package. The sources are TypeScript, which a child of Node 20 cannot run: the built one is taken. */
export function builtScript(path: string, importedFrom: string): URL {
  return new URL(path, importedFrom.endsWith('.ts') ? importedFrom.replace('/src/', '/dist/') : importedFrom);
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' / ');
}
