import { KaleidoError } from '@kaleido/foundation';
import { Command } from 'commander';
import { formats } from './formats.ts';
import { fuzz } from './fuzz.ts';

const command = new Command('fuzz')
  .description('Gives parsers damaged files: each must be read, or refused with a KaleidoError.')
  .argument('[format]', Object.keys(formats).join(', '), 'all of them')
  .option('--count <files>', 'of each format', '20000')
  .option('--seed <number>', 'of what is damaged', '1')
  .option('--keep <folder>', 'where the files go that failed')
  .action(async (format: string, { count, seed, keep }: { count: string; seed: string; keep?: string }) => {
    for (const one of Object.hasOwn(formats, format) || format !== 'all of them' ? [format] : Object.keys(formats)) {
      const result = await fuzz({ format: one, count: Number(count), seed: Number(seed), keep });
      const { read, refused, slowestMilliseconds, memory, failures } = result;
      console.log(
        `${one}: ${read} read, ${refused} refused, ${failures.length} failed; ` +
          `slowest ${slowestMilliseconds.toFixed(0)} ms, ${Math.round(memory / 2 ** 20)} MB more at most`,
      );
      for (const { mutation, error } of failures.slice(0, 3)) console.error(`  ${one} ${mutation}: ${error}`);
      if (failures.length > 0) process.exitCode = 1;
    }
  });

try {
  await command.parseAsync();
} catch (error) {
  console.error(KaleidoError.isInstance(error) ? error.message : error);
  process.exitCode = 1;
}
