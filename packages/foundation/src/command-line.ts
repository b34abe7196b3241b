import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { KaleidoError } from './kaleido-error.ts';
import { didYouMean } from './nearest-name.ts';

/** A path relative to the user's folder: pnpm starts scripts in the package's folder, and passes the user's in `INIT_CWD`. */
export function pathFromUser(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/**
 * The value of `--threads`.
 * @param app source of the error
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

/** Runs a command. A `KaleidoError` is printed as one line; any error gives exit code 1. */
export async function runCommand(command: () => Promise<unknown>): Promise<void> {
  try {
    await command();
  } catch (error) {
    // Any other error is a bug: print it with its stack.
    console.error(KaleidoError.isInstance(error) ? error.message.replaceAll(/\s*\n\s*/g, ' ') : error);
    process.exitCode = 1;
  }
}

/** A program or one of its commands, as commander has them. */
interface CommandWords {
  name(): string;
  readonly commands: readonly CommandWords[];
  readonly options: readonly { readonly long?: string | null | undefined }[];
}

/**
 * Refuses unknown commands and options with the known names, before commander reports missing arguments, or a default
 * command takes the word as an argument.
 * @param words the arguments after the program's name
 * @param usual the default command
 */
export function refuseUnknownWords(words: readonly string[], program: CommandWords, usual: CommandWords): void {
  const refuse = (what: string, found: string, known: readonly string[]): KaleidoError =>
    new KaleidoError({
      source: program.name(),
      problem: `unknown ${what}`,
      found,
      advice: `${didYouMean(found, known)} known are ${known.join(', ')}`.trim(),
    });
  const [first = '-'] = words;
  const named = program.commands.find((one) => one.name() === first);
  const names = [...program.commands.map((one) => one.name()), 'help'];
  if (!first.startsWith('-') && !names.includes(first)) throw refuse('command', first, names);
  const options = [...program.options, ...(named ?? usual).options].flatMap(({ long }) => long ?? []);
  const known = [...new Set([...options, '--help'])];
  const end = words.indexOf('--');
  for (const word of words.slice(0, end < 0 ? words.length : end)) {
    const [option = ''] = word.split('=');
    if (option.startsWith('--') && !known.includes(option)) throw refuse('option', option, known);
  }
}

/**
 * Refuses options that the user gave but that have no effect.
 * @param given whether the user gave an option, by its name
 * @param without the options that have no effect here
 * @param why the reason, as the end of "has no effect: "
 */
export function refuseUnusedOptions(
  given: (option: string) => boolean,
  without: readonly string[],
  why: string,
  app: string,
): void {
  const option = without.find(given);
  if (option === undefined) return;
  throw new KaleidoError({ source: app, problem: `--${option} has no effect: ${why}`, advice: 'leave it out' });
}
