import { afterEach, describe, expect, it } from '@jest/globals';
import type { BenchJob } from './measure-backend.ts';
import { runBackend } from './run-backend.ts';

const job: BenchJob = {
  backend: 'cpu',
  preset: 'tiny',
  batchSize: 2,
  seconds: 0.01,
  dropout: 0,
  precision: 'float32',
  composed: false,
  longestStep: 10,
};

const options = process.env.NODE_OPTIONS;
afterEach(() => {
  if (options === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = options;
});

describe('runBackend', () => {
  it('reports a process that dies at any point', async () => {
    process.env.NODE_OPTIONS = '--max-old-space-size=5';
    const figures = await runBackend(job);
    expect(figures).toMatchObject({ backend: 'cpu', batchSize: 2, sequenceLength: 103 });
    expect(figures.step).toBeUndefined();
    expect(figures.error).toMatch(/^@kaleido\/bench: the process of cpu ended before it was done, found ".*SIG/);
  });

  it('does not start a step that would take minutes, and keeps its earlier figures', async () => {
    const names: string[] = [];
    const figures = await runBackend({ ...job, longestStep: 1e-6 }, (name) => names.push(name));
    expect(names).toEqual(['description', 'matmul']);
    expect(figures.description).toContain('cpu');
    expect(figures.matmul?.nn).toBeGreaterThan(0);
    expect(figures.error).toContain(
      '@kaleido/bench: a step of this size takes cpu more than the 0.000001 s of --longest-step',
    );
  });
});
