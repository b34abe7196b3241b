import { describe, expect, it } from '@jest/globals';
import { browserName } from './machine.ts';
import { machineLines, reportText, whyBackend } from './report.ts';

describe('browserName', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome 140',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge 140',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox 143'],
    ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15', 'Safari 26'],
    ['curl', 'a browser without a known name'],
  ])('of %s', (agent, name) => {
    expect(browserName(agent)).toBe(name);
  });
});

const model = {
  name: 'quickstart',
  parameters: 1,
  layers: 1,
  heads: 1,
  width: 1,
  vocabulary: 1,
  textLength: 1,
  featureWidth: 1,
  features: [],
  writes: true,
};
const raw = 'wasm (no webgpu: navigator.gpu.requestAdapter gave null)';
const report = { backend: 'wasm', description: raw, openedIn: 1, model };
const engineFacts = { report, asked: undefined, webGpuProblem: undefined, note: undefined };

describe('why the model runs where it does', () => {
  const gpu = { ...report, backend: 'webgpu' };
  it.each([
    ['nothing runs yet', { report: undefined }, '–'],
    ['asked for', { asked: 'wasm' }, 'It was chosen above, or by the address.'],
    ['WebGPU by itself', { report: gpu }, 'This browser has a graphics chip for it, which is fastest.'],
    ['no WebGPU', { webGpuProblem: 'This browser has no WebGPU.' }, 'This browser has no WebGPU.'],
    ['slow WebGPU', {}, 'The graphics adapter of this browser is slower, or does not work.'],
    ['lost', { asked: 'webgpu', note: 'The graphics device was lost.' }, 'The graphics device was lost.'],
  ])('%s', (_, facts, words) => {
    expect(whyBackend({ ...engineFacts, ...facts })).toBe(words);
  });

  it('is told in the words of the backend in the report alone', () => {
    const facts = { ...engineFacts, machine: undefined, memory: undefined, speed: undefined };
    expect(reportText(facts)).toMatch(/^The backend says +wasm \(no webgpu: navigator/m);
    expect(machineLines(facts).map(({ value }) => value)).not.toContain(raw);
  });
});

describe('reportText', () => {
  it('has a line for each fact, known or not', () => {
    const nothing = { ...engineFacts, report: undefined, machine: undefined, memory: undefined, speed: undefined };
    const speed = { passMilliseconds: 12.34, pairsPerSecond: 1234.5 };
    const memory = { tensors: 1200, bytes: 8_250_000 };
    const empty = reportText(nothing).split('\n');
    const full = reportText({ ...nothing, speed, memory }).split('\n');
    expect(full).toHaveLength(empty.length);
    expect(full.find((line) => line.startsWith('One pass'))).toMatch(/ {2}12\.3 ms$/);
    expect(full.find((line) => line.startsWith('Pairs'))).toMatch(/ {2}1,23[45]$/);
    expect(full.find((line) => line.startsWith('Their size'))).toMatch(/ {2}8\.3 MB$/);
    expect(empty.find((line) => line.startsWith('One pass'))).toMatch(/ {2}–$/);
  });
});
