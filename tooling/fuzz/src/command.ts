import { KaleidoError } from '@kaleido/foundation';
import { Command } from 'commander';
import { formats } from './formats.ts';
import { fuzz } from './fuzz.ts';

/** Milliseconds between two lines of progress. */
const betweenLines = 10_000;

const command = new Command('fuzz')
  .description('Gives parsers damaged files: each must be read, or refused with a KaleidoError.')
  .argument('[format]', Object.keys(formats).join(', '), 'all of them')
  .option('--count <files>', 'of each format', '20000')
  .option('--seed <number>', 'of what is damaged', '1')
  .option('--keep <folder>', 'where the files go that failed')
  .action(async (format: string, { count, seed, keep }: { count: string; seed: string; keep?: string }) => {
    const [files, first] = [wholeNumber('--count', count, 1), wholeNumber('--seed', seed, 0)];
    for (const one of Object.hasOwn(formats, format) || format !== 'all of them' ? [format] : Object.keys(formats)) {
      let told = performance.now();
      const result = await fuzz({
        format: one,
        count: files,
        seed: first,
        keep,
        onFile(mutation) {
          if (performance.now() - told < betweenLines) return;
          told = performance.now();
          console.error(`${one}: file ${mutation + 1} of ${files}`);
        },
      });
      const { read, refused, slowestMilliseconds, memory, failures } = result;
      console.log(
        `${one}: ${read} read, ${refused} refused, ${failures.length} failed; ` +
          `slowest ${slowestMilliseconds.toFixed(0)} ms, ${Math.round(memory / 2 ** 20)} MB more at most`,
      );
      for (const { mutation, error } of failures.slice(0, 3)) console.error(`  ${one} ${mutation}: ${error}`);
      if (failures.length > 0) process.exitCode = 1;
    }
  });

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new KaleidoError({
    source: 'fuzz',
    problem: `${option} must be a whole number from ${least}`,
    found: text,
    advice: `give one, or leave ${option} out`,
  });
}

try {
  await command.parseAsync();
} catch (error) {
  console.error(KaleidoError.isInstance(error) ? error.message : error);
  process.exitCode = 1;
}
