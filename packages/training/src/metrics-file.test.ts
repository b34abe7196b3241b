import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StageMetrics } from './index.ts';
import { MetricsFile } from './node.ts';

const line = (stage: string, step: number): StageMetrics => ({
  stage,
  step,
  losses: { loss: 1 },
  learningRate: 1e-3,
  seconds: 1,
  secondsLeft: 1,
  examplesPerSecond: 1,
  waiting: 0,
});

let folder = '';
let file: MetricsFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-'));
  file = new MetricsFile(join(folder, 'metrics.jsonl'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('MetricsFile', () => {
  it('gives back what was appended, and nothing before', async () => {
    expect(await file.read()).toEqual([]);
    await file.append(line('a', 1));
    await file.append(line('a', 2));
    expect(await file.read()).toEqual([line('a', 1), line('a', 2)]);
  });

  it('drops the lines of steps that will be repeated', async () => {
    for (const [stage, step] of [
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['b', 2],
      ['b', 3],
    ] as const)
      await file.append(line(stage, step));
    await file.forgetAfter('b', 1);
    expect((await file.read()).map(({ stage, step }) => `${stage}${step}`)).toEqual(['a1', 'a2', 'b1']);
  });

  it('says which file a line could not be written to', async () => {
    // A missing folder fails like a full disk.
    await rm(folder, { recursive: true });
    await expect(file.append(line('a', 1))).rejects.toThrow(
      `@kaleido/training: could not write ${file.path}, found "ENOENT"; check the free space`,
    );
  });

  it('skips a truncated line', async () => {
    await file.append(line('a', 1));
    await appendFile(file.path, '{"stage":"a","st');
    expect(await file.read()).toEqual([line('a', 1)]);
  });

  it('loses no line after a truncated one when a stage resumes', async () => {
    await file.append(line('a', 1));
    await appendFile(file.path, '{"stage":"a","st');
    await file.forgetAfter('a', 1);
    await file.append(line('a', 2));
    expect(await file.read()).toEqual([line('a', 1), line('a', 2)]);
  });
});
