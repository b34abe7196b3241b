import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { tensorflowMissing } from '../../test/tensorflow.ts';
import { type Backend, selectBackend, surveyBackends, tf } from '../index.ts';
import { platform } from '../platform/browser.ts';

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

const itNative = tensorflowMissing === undefined ? it : it.skip;

describe('surveyBackends', () => {
  it('measures the available backends and says what to do about the others; this process keeps its backend', async () => {
    await selectBackend({ prefer: 'cpu' });
    const surveys = await surveyBackends({ backends: ['tensorflow', 'wasm', 'cpu'], tensorflowFolder: '/nowhere' });
    expect(surveys.map(({ backend, found }) => [backend, found])).toEqual([
      ['tensorflow', false],
      ['wasm', true],
      ['cpu', true],
    ]);
    expect(surveys[0]).toMatchObject({
      reason: 'no TensorFlow was found on this machine (the option tensorflowFolder (/nowhere has none))',
      advice: expect.stringMatching(/pip install tensorflow-cpu.*pnpm backends add tensorflow/),
    });
    expect(surveys[1]).toMatchObject({
      version: 'tfjs 4.22.0, SIMD, 1 thread',
      device: expect.stringMatching(/, \d+ threads$/),
      software: false,
      gradients: { passed: true },
    });
    const [, wasm, cpu] = surveys.map((survey) => (survey.found ? survey.matmul.gigaflops : 0)) as [0, number, number];
    expect(wasm).toBeGreaterThan(cpu);
    expect(cpu).toBeGreaterThan(0);
    expect(tf.getBackend()).toBe('cpu');
  });

  it('reports one that crashes, and continues', async () => {
    process.env.NODE_OPTIONS = `--require ${fileURLToPath(new URL('../../test/children/crash-cpu.cjs', import.meta.url))}`;
    const surveys = await surveyBackends({ backends: ['cpu', 'wasm'] });
    expect(surveys[0]).toEqual({ backend: 'cpu', found: false, reason: 'ended by signal SIGSEGV' });
    expect(surveys[1]?.found).toBe(true);
  });

  it('gives up on one that takes too long', async () => {
    expect(await surveyBackends({ backends: ['cpu'], patience: 0.01 })).toEqual([
      { backend: 'cpu', found: false, reason: 'no answer within 0.01 s' },
    ]);
  });

  itNative(`measures TensorFlow${tensorflowMissing ? ` (skipped: ${tensorflowMissing})` : ''}`, async () => {
    expect(await surveyBackends({ backends: ['tensorflow'] })).toMatchObject([
      { found: true, version: expect.stringMatching(/^TensorFlow 2\.\d+\.\d+$/), gradients: { passed: true } },
    ]);
  });

  it('refuses unknown backends and invalid options', async () => {
    await expect(surveyBackends({ backends: ['gpu' as Backend] })).rejects.toThrow(/unknown backend, found "gpu"/);
    await expect(surveyBackends({ threads: 0 })).rejects.toThrow(/threads must be an integer from 1/);
    await expect(surveyBackends({ patience: 0 })).rejects.toThrow(
      /patience must be a number of seconds above 0, found 0/,
    );
  });
});

describe('in a browser', () => {
  it('a backend is measured in the page, and one that fails is reported', async () => {
    expect(await platform.survey('cpu', {}, 60)).toMatchObject({ backend: 'cpu', found: true });
    expect(await platform.survey('tensorflow', { tensorflowFolder: '/nowhere' }, 60)).toMatchObject({ found: false });
  });
});
