import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the command as a user does. */
function bench(
  options: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Record<'output' | 'complaints', string> & { code: unknown }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...options.split(' ')],
      { cwd: folder, env: { ...process.env, INIT_CWD: folder, ...env } },
      (error, output, complaints) => resolve({ code: error?.code ?? 0, output, complaints }),
    );
  });
}

const quick = '--preset tiny --batch 2 --seconds 0.1';

describe('bench', () => {
  it('measures a backend: tables on the screen, the same figures as JSON', async () => {
    const { code, output } = await bench(`--backend wasm ${quick} --composed --json figures/wasm.json`);
    expect(code).toBe(0);
    const figures = JSON.parse(readFileSync(join(folder, 'figures/wasm.json'), 'utf8'));
    const step = {
      milliseconds: expect.any(Number),
      bestMilliseconds: expect.any(Number),
      examplesPerSecond: expect.any(Number),
      utilisation: expect.any(Number),
      forwardMilliseconds: expect.any(Number),
      floatingPointOperations: 88_621_312,
      parameters: expect.any(Number),
      kernels: expect.any(Number),
      reads: expect.any(Number),
      longest: expect.any(Array),
      tensorsBefore: expect.any(Number),
      tensorsAfter: expect.any(Number),
      bytes: expect.any(Number),
      residentBytes: expect.any(Number),
      steps: expect.any(Number),
    };
    expect(figures).toEqual({
      backend: 'wasm',
      description: expect.stringContaining('wasm'),
      preset: 'tiny',
      batchSize: 2,
      sequenceLength: 103,
      dropout: 0.1,
      precision: 'float32',
      machine: expect.stringContaining('Node v'),
      matmul: { nn: expect.any(Number), nt: expect.any(Number), tn: expect.any(Number), shapes: expect.any(Array) },
      operations: expect.arrayContaining([
        { name: 'attention', fused: expect.any(Number), composed: expect.any(Number) },
      ]),
      step,
      composedStep: step,
      matching: { pairsPerSecond: expect.any(Number), pairs: 64 },
    });
    const { matmul, composedStep } = figures;
    // In GFLOP/s: a plausible range for one core.
    for (const form of ['nn', 'nt', 'tn']) {
      expect(matmul[form]).toBeGreaterThan(1);
      expect(matmul[form]).toBeLessThan(1000);
      expect(matmul[form]).toBe(Math.max(...matmul.shapes.map((shape: Record<string, number>) => shape[form])));
    }
    const rate = figures.step.floatingPointOperations / (figures.step.milliseconds / 1000) / 1e9;
    expect(figures.step.utilisation).toBeCloseTo(rate / matmul.nn, 9);
    expect(figures.step.utilisation).toBeLessThan(1);
    expect(figures.step.examplesPerSecond).toBeCloseTo(2000 / figures.step.milliseconds, 9);
    for (const one of [figures.step, composedStep]) expect(one.tensorsAfter).toBe(one.tensorsBefore);
    expect(figures.step.kernels).toBeLessThan(composedStep.kernels);
    expect(figures.step.milliseconds).toBeLessThan(composedStep.milliseconds);
    expect(output).toContain('| attention scores | 4 x 103 x 32 x 103 |');
    expect(figures.step.longest[0]).toEqual({
      kernel: expect.any(String),
      calls: expect.any(Number),
      milliseconds: expect.any(Number),
    });
    expect(output).toContain(`| kernels | ${composedStep.kernels} | ${figures.step.kernels} |`);
  });

  it('names an unavailable backend, and writes nothing', async () => {
    const noTensorflow = { KALEIDO_TENSORFLOW: join(folder, 'absent') };
    const { code, output, complaints } = await bench(`--backend tensorflow ${quick} --json figures.json`, noTensorflow);
    expect(code).toBe(1);
    expect(output).toContain('**Ended early:** @kaleido/backend: ');
    expect(complaints).toContain('@kaleido/backend: ');
    expect(existsSync(join(folder, 'figures.json'))).toBe(false);
  });

  it('names what is missing for a comparison with PyTorch', async () => {
    const noPython = { KALEIDO_PYTHON: join(folder, 'python') };
    const { code, output, complaints } = await bench(`--backend wasm ${quick} --against torch`, noPython);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(complaints).toContain('@kaleido/bench: no Python with PyTorch was found to measure against');
    expect(complaints).toContain('pip install torch');
  });

  it('measures how features are read, with its own options', async () => {
    const { code, output } = await bench(
      'stream --products 1000 --width 2 --memory 0 --batch 3 --steps 2 --json read.json',
    );
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('| streamed | 1000 products, F 2 |') });
    expect(JSON.parse(readFileSync(join(folder, 'read.json'), 'utf8'))).toMatchObject({ rowsKept: 0, bytesKept: 0 });
  });

  it('measures how products are read, with its own options', async () => {
    const { code, output } = await bench('data csv tar --first 0 --rate 0.1 --products 100 --turns 1 --json read.json');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('| csv | 100 | 0 |') });
    const { first, rates, lengths } = JSON.parse(readFileSync(join(folder, 'read.json'), 'utf8'));
    expect([first, rates, lengths].map(({ length }) => length)).toEqual([0, 1, 2]);
    const missing = await bench('data parquet --against python', { KALEIDO_PYTHON: join(folder, 'python') });
    expect(missing.complaints).toContain('@kaleido/bench: no Python with pyarrow and webdataset was found');
    expect((await bench('data zip')).code).toBe(1);
  });

  it.each([
    ['--data . --turns 2', '--turns has no effect: --data is read once, as it is; leave it out'],
    ['tar --data .', 'a format has no effect: --data is read once, as it is, found "tar"; leave it out'],
    ['tar --rate 0 --turns 2', '--turns has no effect: no rate is measured (--rate 0); leave it out'],
    [
      'hdf5 --against python',
      '--against has no effect: Python is measured on parquet and tar, not on hdf5; leave it out',
    ],
    ['tar --first 0 --rate 0 --products 0', 'nothing is to be measured'],
    ['tar --products 1.5', '--products must be a whole number from 0'],
  ])('refuses in bench data %s', async (line, complaint) => {
    const { code, output, complaints } = await bench(`data ${line}`);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(complaints).toContain(`@kaleido/bench: ${complaint}`);
  });

  it('refuses an invalid option in one line', async () => {
    const { code, complaints } = await bench('--backend abacus');
    expect(code).toBe(1);
    expect(complaints.trim().split('\n')).toEqual([expect.stringMatching(/^@kaleido\/bench: --backend must be/)]);
  });
});
