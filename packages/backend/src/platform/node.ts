import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { promisify } from 'node:util';
import { readAdapter, type WebgpuProbe } from '../backends/webgpu-adapter.ts';
import { absentBackend, type FoundBackend } from '../survey/backend-survey.ts';
import type { Platform } from './platform.ts';
import { builtScript, type ChildOutcome, runInChild } from './run-in-child.ts';
import type { SurveyTask, Tasks } from './tasks.ts';

const require = createRequire(import.meta.url);

/** Seconds: a GPU's driver may have to start. */
const adapterPatience = 30;

/** Milliseconds: a tool that does not answer at once is broken. */
const toolPatience = 10_000;

export const platform: Platform = {
  async probeWebgpu() {
    // It exists already: nothing is left to load.
    if ((globalThis.navigator as { gpu?: unknown } | undefined)?.gpu !== undefined) return readAdapter();
    for (const name of ['webgpu', '@tensorflow/tfjs-backend-webgpu'])
      if (!isInstalled(name)) return { missing: `npm package ${name} is absent` };
    const outcome = await runTask('probeWebgpu', undefined, adapterPatience);
    switch (outcome.kind) {
      case 'answer':
        return outcome.answer as WebgpuProbe;
      case 'error':
        return { missing: outcome.error.problem };
      case 'end':
        return { missing: `the search for an adapter ${outcome.how}` };
    }
  },

  async survey(backend, place, patience) {
    const outcome = await runTask('survey', { backend, place }, patience);
    switch (outcome.kind) {
      case 'answer':
        return outcome.answer as FoundBackend;
      case 'error':
        return absentBackend(backend, outcome.error);
      case 'end':
        return { backend, found: false, reason: outcome.how, ...(outcome.output && { output: outcome.output }) };
    }
  },

  processorName: () => `${cpus()[0]?.model.trim() || 'unnamed processor'}, ${availableParallelism()} threads`,

  async graphicsName() {
    const device = process.env.CUDA_VISIBLE_DEVICES?.split(',')[0];
    const query = ['--query-gpu=name', '--format=csv,noheader', ...(device ? ['-i', device] : [])];
    try {
      const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: toolPatience });
      return stdout.split('\n')[0]?.trim() || 'GPU';
    } catch {
      return 'GPU';
    }
  },

  dawnVersion() {
    try {
      return (require('webgpu/package.json') as { version: string }).version;
    } catch {
      return undefined;
    }
  },
};

function runTask<Name extends keyof Tasks>(
  name: Name,
  argument: Name extends 'survey' ? SurveyTask : undefined,
  patience: number,
): Promise<ChildOutcome> {
  const script = builtScript('./child.js', import.meta.url);
  return runInChild({ script, args: [name, JSON.stringify(argument ?? null)], patience });
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
