import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { inProcess, KaleidoError, type ModuleWorkers, transferred, type WorkerService } from './index.ts';
import { openModuleWorkers } from './node.ts';

type CountingService = {
  add(number: number): Promise<number>;
  echo(value: unknown): unknown;
  share(number: number): void;
  refuse(found: number): never;
  refusePlainly(_: undefined): never;
  fail(_: undefined): never;
  ask(question: { method: string; argument: unknown }): Promise<unknown>;
  refuseUncopyable(_: undefined): never;
  leave(_: undefined): never;
  wait(_: undefined): Promise<void>;
};

const module = new URL('../test/counting-service.mjs', import.meta.url);
const opened: ModuleWorkers<CountingService>[] = [];
const open = (
  count: number,
  data: unknown,
  from = module,
  owner: WorkerService = {},
): ModuleWorkers<CountingService> => {
  const workers = openModuleWorkers<CountingService>({ module: from, count, data, owner });
  opened.push(workers);
  return workers;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((workers) => workers.close()));
});

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (result) => {
      throw new Error(`it gave ${String(result)}`);
    },
    (error: unknown) => error,
  );

describe('openModuleWorkers', () => {
  it('gives each worker its own service, and answers its calls in order', async () => {
    const workers = open(2, { start: 10 });
    expect(workers.count).toBe(2);
    const answers = await Promise.all([
      workers.call(0, 'add', 1),
      workers.call(0, 'add', 2),
      workers.call(1, 'add', 5),
      workers.call(0, 'add', 3),
    ]);
    expect(answers).toEqual([11, 13, 15, 16]);
  });

  it('copies maps and typed arrays both ways, and shares shared buffers', async () => {
    const shared = new SharedArrayBuffer(4);
    const workers = open(2, { start: 0, shared });
    const value = new Map([['weights', Float32Array.of(1, 2.5)]]);
    expect(await workers.call(1, 'echo', value)).toEqual(value);
    await Promise.all([workers.call(0, 'share', 3), workers.call(1, 'share', 4)]);
    expect(new Int32Array(shared)[0]).toBe(7);
  });

  it('passes on a KaleidoError with its fields, and continues', async () => {
    const workers = open(1, { start: 0 });
    const error = await failureOf(workers.call(0, 'refuse', 3));
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      source: 'test',
      problem: 'the number is odd',
      found: 3,
      advice: 'take an even one',
      message: '@kaleido/test: the number is odd, found 3; take an even one',
    });
    const plain = await failureOf(workers.call(0, 'refusePlainly', undefined));
    expect(plain).toMatchObject({ message: '@kaleido/test: no', found: undefined, advice: undefined });
    expect(await workers.call(0, 'add', 2)).toBe(2);
  });

  it('rejects pending and later calls once a method throws another error', async () => {
    const workers = open(2, { start: 0 });
    const [first, second] = await Promise.all([
      failureOf(workers.call(0, 'fail', undefined)),
      failureOf(workers.call(0, 'add', 2)),
    ]);
    expect(first).toMatchObject({ name: 'TypeError', message: 'a fault' });
    expect(second).toMatchObject({ message: 'a fault' });
    expect(await failureOf(workers.call(0, 'add', 2))).toMatchObject({ message: 'a fault' });
    expect(await workers.call(1, 'add', 2)).toBe(2);
  });

  it('reports a module that fails to open at every call', async () => {
    const refusing = open(1, {});
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await failureOf(refusing.call(0, 'add', 1))).toMatchObject({
        source: 'test',
        problem: 'there is no start',
        advice: 'give one',
      });
    const failing = open(1, { start: -1 });
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await failureOf(failing.call(0, 'add', 1))).toMatchObject({ message: 'a start below zero' });
    const missing = open(1, { start: 0 }, new URL('../test/no-such-module.mjs', import.meta.url));
    expect(await failureOf(missing.call(0, 'add', 1))).toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
  });

  it('answers where a method is missing, or an argument or an error cannot be copied, and continues in order', async () => {
    const workers = open(1, { start: 0 });
    const missing = workers as unknown as { call(worker: number, method: string, argument: undefined): Promise<void> };
    expect(await failureOf(missing.call(0, 'noSuchMethod', undefined))).toMatchObject({
      source: 'foundation',
      problem: 'the service has no such method',
      found: 'noSuchMethod',
    });
    expect(await failureOf(workers.call(0, 'echo', () => 7))).toMatchObject({ name: 'DataCloneError' });
    expect(await failureOf(workers.call(0, 'refuseUncopyable', undefined))).toMatchObject({
      source: 'test',
      problem: 'no',
      found: '() => 7',
    });
    expect(await Promise.all([workers.call(0, 'add', 1), workers.call(0, 'add', 2)])).toEqual([1, 3]);
  });

  it("answers the workers' calls to its owner, moves arrays to them and passes on errors", async () => {
    const moved: Float32Array[] = [];
    const workers = open(2, { start: 0 }, module, {
      squares: (count: number) => {
        const squares = Float32Array.from({ length: count }, (_, index) => index * index);
        moved.push(squares);
        return transferred({ squares });
      },
      refuse: (found: number) => {
        throw new KaleidoError({ source: 'test', problem: 'no such batch', found });
      },
      fail: () => {
        throw new RangeError('a fault of the owner');
      },
    });
    const asked = await Promise.all(
      [0, 1, 0].map((worker, index) => workers.call(worker, 'ask', { method: 'squares', argument: index + 1 })),
    );
    expect(asked).toEqual([
      { squares: Float32Array.of(0) },
      { squares: Float32Array.of(0, 1) },
      { squares: Float32Array.of(0, 1, 4) },
    ]);
    expect(moved.map(({ length }) => length)).toEqual([0, 0, 0]);
    const refused = await failureOf(workers.call(0, 'ask', { method: 'refuse', argument: 7 }));
    expect(refused).toMatchObject({ source: 'test', problem: 'no such batch', found: 7 });
    const failed = await failureOf(workers.call(0, 'ask', { method: 'fail', argument: undefined }));
    expect(failed).toMatchObject({ name: 'RangeError', message: 'a fault of the owner' });
  });

  it('reports a thread that ends early', async () => {
    const workers = open(1, { start: 0 });
    const error = await failureOf(workers.call(0, 'leave', undefined));
    expect(KaleidoError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ problem: 'a worker thread ended early', found: 'exit code 7' });
  });

  it('closes even during calls, and rejects those not answered', async () => {
    const workers = open(2, { start: 0 });
    await workers.call(0, 'add', 2);
    const waiting = failureOf(workers.call(0, 'wait', undefined));
    await workers.close();
    expect(KaleidoError.isInstance(await waiting)).toBe(true);
    expect(KaleidoError.isInstance(await failureOf(workers.call(1, 'add', 1)))).toBe(true);
    await workers.close();
  });

  it('refuses a worker that does not exist', () => {
    const workers = open(1, { start: 0 });
    expect(() => workers.call(1, 'add', 1)).toThrow(RangeError);
  });
});

describe('openModuleWorkers with data that cannot be copied', () => {
  it('throws, and leaves nothing that keeps the process alive', async () => {
    const foundation = new URL('../dist/node.js', import.meta.url).href;
    const code = `import { openModuleWorkers } from ${JSON.stringify(foundation)};
      try { openModuleWorkers({ module: new URL(${JSON.stringify(module.href)}), count: 2, data: { start: () => 1 } }); }
      catch (error) { console.log(error.name); }`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      timeout: 20_000,
    });
    expect(stdout).toBe('DataCloneError\n');
  });
});

describe('inProcess', () => {
  it('calls the service on the calling thread', async () => {
    const workers = inProcess({
      double: (number: number) => 2 * number,
      refuse: (_: undefined) => {
        throw new KaleidoError({ source: 'test', problem: 'no' });
      },
    });
    expect(workers.count).toBe(1);
    expect(await workers.call(0, 'double', 4)).toBe(8);
    expect(KaleidoError.isInstance(await failureOf(workers.call(0, 'refuse', undefined)))).toBe(true);
    const missing = workers as unknown as { call(worker: number, method: string, argument: undefined): Promise<void> };
    expect(await failureOf(missing.call(0, 'noSuchMethod', undefined))).toMatchObject({ found: 'noSuchMethod' });
    await workers.close();
  });
});
