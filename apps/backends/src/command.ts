import { backends, surveyBackends } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import {
  pathFromUser,
  refuseUnknownWords,
  refuseUnusedOptions,
  runCommand,
  writeWhole,
} from '@kaleido/foundation/node';
import { Command } from 'commander';
import { type AddOptions, add } from './add.ts';
import { surveyTable, takenUnasked } from './survey-table.ts';

interface TableOptions {
  readonly json?: string;
  readonly patience: string;
}

const program = new Command('backends')
  // An option after "add" belongs to that command.
  .enablePositionalOptions()
  .description(`Says of ${backends.join(', ')}: found or why not, what it is, how fast it multiplies, right gradients.`)
  .option('--json <file>', 'where the same goes as JSON')
  .option('--patience <seconds>', 'until a backend that does not answer is given up', '60')
  .action((options: TableOptions) => runCommand(() => table(options)));

program
  .command('add')
  .description("takes TensorFlow's libraries out of a wheel into the user's cache, for those without Python")
  .argument('[name]', 'tensorflow')
  .option('--wheel <file|url>', 'a wheel of tensorflow or tensorflow-cpu for Linux, 2.15 or later')
  .option('--sha256 <hex>', 'what the digest of the wheel must be; an address needs it, here or after #sha256=')
  .addHelpText('after', '\nHTTPS_PROXY, HTTP_PROXY and NO_PROXY are followed.')
  .action((name: string | undefined, options: AddOptions) =>
    runCommand(() => {
      refuseUnusedOptions(
        (option) => program.getOptionValueSource(option) === 'cli',
        ['json', 'patience'],
        'it is for the table of the backends, not for "add"',
        'backends',
      );
      return add(name, options);
    }),
  );

await runCommand(() => {
  refuseUnknownWords(process.argv.slice(2), program, program);
  return program.parseAsync();
});

async function table({ json, patience }: TableOptions): Promise<void> {
  const seconds = Number(patience);
  if (!(seconds > 0))
    throw new KaleidoError({
      source: 'backends',
      problem: '--patience must be a number of seconds above 0',
      found: patience,
      advice: 'leave it out for 60',
    });
  const { stderr } = process;
  const surveys = await surveyBackends({
    patience: seconds,
    onBackend: (backend) => stderr.isTTY && stderr.write(`\r\x1b[Ktrying ${backend} ...`),
  });
  if (stderr.isTTY) stderr.write('\r\x1b[K');
  console.log(surveyTable(surveys));
  const record = { backends: surveys, unasked: takenUnasked(surveys) };
  if (json !== undefined) await writeWhole(pathFromUser(json), `${JSON.stringify(record, undefined, 2)}\n`);
}
