import { fork } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { KaleidoError } from '@kaleido/foundation';
import { patchCount } from '@kaleido/layout';
import type { BenchMessage } from './bench-process.ts';
import { benchSetting } from './bench-setting.ts';
import type { BackendFigures, FiguresPart } from './figures.ts';
import type { BenchJob } from './measure-backend.ts';

// A child process of Node 20 cannot run TypeScript sources, so they use the built script.
const script = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/bench-process.js' : './bench-process.js',
  import.meta.url,
);

/**
 * Measures one backend in its own process, so that a crash does not affect the others.
 * @param onPart called with the name of each available part
 * @returns all figures; if the process ended early, `error` contains the reason
 */
export async function runBackend(
  job: BenchJob,
  onPart: (name: string) => void = () => undefined,
): Promise<BackendFigures> {
  const { config, batchSize } = benchSetting(job.preset, job.backend, job.dropout, job.batchSize);
  const child = fork(fileURLToPath(script), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Otherwise cuBLAS and cuDNN, in TensorFlow and torch, would round the inputs of float32 products to ten bits.
    env: { ...process.env, ...(job.precision === 'float32' ? { NVIDIA_TF32_OVERRIDE: '0' } : {}) },
  });
  let complaints = '';
  child.stderr?.on('data', (data) => (complaints = `${complaints}${data}`.slice(-2000)));
  let parts: FiguresPart = {};
  let error: string | undefined;
  let done = false;
  child.on('message', (message: BenchMessage) => {
    if ('part' in message) {
      parts = { ...parts, ...message.part };
      onPart(Object.keys(message.part).join());
    } else if ('error' in message) error = message.error;
    else done = true;
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  child.send(job);
  const end = await ended;
  if (!done && error === undefined)
    error = new KaleidoError({
      source: 'bench',
      problem: `the process of ${job.backend} ended before it was done`,
      found: [end, ...complaints.trim().split('\n').slice(-2)].join(' / '),
      advice: 'take a smaller --batch or --preset where the memory of the machine ended',
    }).message;
  return {
    backend: job.backend,
    preset: job.preset as BackendFigures['preset'],
    batchSize,
    sequenceLength: config.text_seq_len + patchCount,
    dropout: job.dropout,
    precision: job.precision,
    ...(job.threads === undefined ? {} : { threads: job.threads }),
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`,
    ...parts,
    ...(error === undefined ? {} : { error }),
  };
}
