import { describe, expect, it } from '@jest/globals';
import type { BackendSurvey } from '@kaleido/backend';
import { surveyTable, takenUnasked } from './survey-table.ts';

const absent = (backend: 'cuda' | 'tensorflow', reason = 'no TensorFlow was found'): BackendSurvey => ({
  backend,
  found: false,
  reason,
  advice: 'pip install tensorflow-cpu',
});
const found = (backend: 'webgpu' | 'wasm', change: object = {}): BackendSurvey => ({
  backend,
  found: true,
  version: 'tfjs 4.22.0',
  device: 'AMD EPYC 9B45 128-Core Processor, 256 threads',
  software: false,
  matmul: { size: 1024, gigaflops: 58.04 },
  gradients: { passed: true, largestRelativeError: 2.5e-7 },
  ...change,
});

describe('surveyTable', () => {
  it('has one row per backend: its properties, or what to do', () => {
    const surveys = [
      absent('cuda'),
      found('webgpu', { device: 'google swiftshader', software: true, version: 'tfjs 4.22.0, Dawn 0.6.2' }),
      absent('tensorflow'),
      found('wasm', { gradients: { passed: false, largestRelativeError: 0.25 } }),
    ];
    expect(surveyTable(surveys).split('\n')).toEqual([
      '            device                                 version                       GFLOP/s  gradients',
      'cuda        not here: no TensorFlow was found',
      '            pip install tensorflow-cpu',
      'webgpu      google swiftshader (software)          tfjs 4.22.0, Dawn 0.6.2          58.0  right',
      'tensorflow  not here, as cuda',
      'wasm        AMD EPYC 9B45 128-Core Processor, 256  tfjs 4.22.0                      58.0  WRONG by',
      '            threads                                                                       3e-1',
      '',
      'selectBackend() takes wasm',
    ]);
  });

  it('stays within 100 columns for any text', () => {
    const path = `/home/${'x'.repeat(150)}/tensorflow`;
    const survey: BackendSurvey = {
      ...absent('cuda', `the TensorFlow of ${path} does not work`),
      output: 'y '.repeat(90),
    } as BackendSurvey;
    const lines = surveyTable([survey, found('wasm', { device: 'z'.repeat(80) })]).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(lines.join('').replaceAll(/\s/g, '')).toContain(path);
  });

  it('reports if no backend is selected', () => {
    expect(takenUnasked([absent('cuda')])).toBeUndefined();
    expect(surveyTable([absent('cuda')])).toMatch(/selectBackend\(\) takes none of them$/);
  });
});
