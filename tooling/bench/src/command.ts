import { pathFromUser, runCommand, writeWhole } from '@kaleido/foundation/node';
import { Command } from 'commander';
import { dataCommand } from './data/data-command.ts';
import type { BackendFigures } from './figures.ts';
import { findPython } from './find-python.ts';
import { fineTuneCommand } from './fine-tune-command.ts';
import { type GivenOptions, readOptions } from './read-options.ts';
import { runBackend } from './run-backend.ts';
import { streamCommand } from './stream/stream-command.ts';
import { tables } from './tables.ts';

const command = new Command('bench')
  // Options after the name of another measurement belong to it: several have a --batch or a --json.
  .enablePositionalOptions()
  .description('Measures training on every available backend, or on the one named, each in its own process.')
  .option('--backend <name>', 'cuda, webgpu, tensorflow, wasm or cpu (default: each, one after another)')
  .option('--preset <size>', 'tiny, small or base', 'small')
  .option('--batch <examples>', "examples a step (default: the preset's)")
  .option('--seconds <seconds>', 'how long to measure each step', '5')
  .option('--threads <count>', 'threads of one operation, where a backend has several (default: all cores)')
  .option('--dropout <rate>', 'dropout of the training step', '0.1')
  .option('--precision <type>', 'float32 or mixed: products in half precision', 'float32')
  .option('--composed', 'measure the step without fused kernels too')
  .option('--longest-step <seconds>', 'begin no step that must take longer, by the rate of its products', '10')
  .option('--against <other>', 'torch: time the same step in PyTorch, in turn with ours')
  .option('--torch-attention <form>', "PyTorch's attention: its own (sdpa), or written out (eager)", 'sdpa')
  .option('--torch-fused', "PyTorch's fused AdamW instead of its default")
  .option('--json <file>', 'where the figures go, as JSON')
  .action(bench)
  .addCommand(streamCommand)
  .addCommand(fineTuneCommand)
  .addCommand(dataCommand);

async function bench(given: GivenOptions): Promise<void> {
  const { backends, json, torch, ...options } = readOptions(given);
  const reference = torch === undefined ? {} : { torch: { ...torch, python: await findPython(['torch'], 'PyTorch') } };
  const rows: BackendFigures[] = [];
  for (const backend of backends) {
    const figures = await runBackend({ ...options, ...reference, backend }, (part) =>
      console.error(`${backend}: ${part}`),
    );
    rows.push(figures);
    if (rows.length === 1) console.log(`# ${figures.machine}`);
    console.log(`\n${tables(figures)}`);
  }
  const named = given.backend === undefined ? undefined : rows[0];
  // A backend requested by name must give all its figures.
  if (named?.error !== undefined) {
    console.error(named.error);
    process.exitCode = 1;
  } else if (json !== undefined) {
    await writeWhole(pathFromUser(json), `${JSON.stringify(named ?? { backends: rows }, undefined, 2)}\n`);
  }
}

await runCommand(() => command.parseAsync());
