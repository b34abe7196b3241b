import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KaleidoError } from '@kaleido/foundation';
import { makeWheel, makeZip, type WheelPlan } from '../../test/make-wheel.ts';
import { type AddTensorflowOptions, addLibraries, addTensorflow } from './add-tensorflow.ts';

const wheelName = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';
const environment = { ...process.env };
let root: string;
let cache: string;
let server: Server | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kaleido-wheel-'));
  cache = join(root, 'cache', 'kaleido', 'tensorflow');
  process.env.XDG_CACHE_HOME = join(root, 'cache');
  delete process.env.KALEIDO_TENSORFLOW;
});
afterEach(async () => {
  process.env = { ...environment };
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(root, { recursive: true });
});

const works = async (): Promise<void> => undefined;
const add = (options: AddTensorflowOptions) => addLibraries(options, works);

async function write(content: Buffer | string, name = wheelName): Promise<string> {
  const path = join(root, name);
  await writeFile(path, content);
  return path;
}

/** Serves something at an address that ends in the wheel's name. */
async function serve(answer: RequestListener, name = wheelName): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/packages/${name}`;
}

/** The error's message; checks that nothing is left behind. */
async function refusal(adding: Promise<unknown>): Promise<string> {
  const error = await adding.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(KaleidoError.isInstance(error)).toBe(true);
  if (existsSync(cache)) expect(await readdir(cache)).toEqual([]);
  return (error as Error).message;
}

// A wheel is for one processor: these are for the most common one.
const [describeHere, whyNot] =
  process.platform === 'linux' && process.arch === 'x64'
    ? ([describe, ''] as const)
    : ([describe.skip, ' (skipped: not Linux on x86-64)'] as const);

describeHere(`addTensorflow${whyNot}`, () => {
  it('installs the two libraries and nothing else, where they are found from then on', async () => {
    const tried = jest.fn(async (folder: string) => {
      expect(await readdir(folder)).toHaveLength(2);
    });
    const added = await addLibraries({ wheel: await write(makeWheel().bytes) }, tried);
    expect(added).toEqual({ version: '2.21.0', folder: join(cache, '2.21.0'), bytes: 100_009 });
    expect(tried).toHaveBeenCalledTimes(1);
    expect(await readdir(cache)).toEqual(['2.21.0']);
    expect((await readdir(added.folder)).sort()).toEqual(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
    expect(await readFile(join(added.folder, 'libtensorflow_framework.so.2'), 'utf8')).toBe('framework');
  });

  it('replaces the same version, and says what hides it', async () => {
    const wheel = (content: string) =>
      write(makeWheel({ libraries: { 'libtensorflow_framework.so.2': content, 'libtensorflow_cc.so.2': 'c' } }).bytes);
    await add({ wheel: await wheel('first') });
    const { folder } = await add({ wheel: await wheel('second') });
    expect(await readFile(join(folder, 'libtensorflow_framework.so.2'), 'utf8')).toBe('second');
    const older = await add({ wheel: await write(makeWheel({ version: '2.15.1' }).bytes, 'older.whl') });
    expect(older).toMatchObject({ version: '2.15.1', hiddenBy: { folder, from: cache } });
    expect((await readdir(cache)).sort()).toEqual(['2.15.1', '2.21.0']);
  });

  it('downloads if the digest is given separately or in the URL', async () => {
    const { bytes, sha256 } = makeWheel();
    const url = await serve((_, response) => response.setHeader('content-length', bytes.length).end(bytes));
    const parts: string[] = [];
    const onProgress = jest.fn();
    const { version } = await add({ wheel: url, sha256, onPart: (part) => parts.push(part), onProgress });
    expect(version).toBe('2.21.0');
    expect(parts).toEqual([
      `downloading ${wheelName}`,
      'unpacking libtensorflow_framework.so.2',
      'unpacking libtensorflow_cc.so.2',
      'trying it',
    ]);
    expect(onProgress).toHaveBeenCalledWith(bytes.length, bytes.length);
    expect(onProgress).toHaveBeenLastCalledWith(100_000, 100_000);
    expect((await add({ wheel: `${url}#sha256=${sha256}` })).version).toBe('2.21.0');
    expect(await readdir(cache)).toEqual(['2.21.0']);
  });

  it('requires a digest for a download, and the right one', async () => {
    const { bytes, sha256 } = makeWheel();
    const url = await serve((_, response) => response.end(bytes));
    expect(await refusal(add({ wheel: url }))).toMatch(/a wheel from a URL needs a sha256, found .+; pass --sha256/);
    const wrong = sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    expect(await refusal(add({ wheel: `${url}#sha256=${wrong}` }))).toContain(`is not ${wrong}, found "${sha256}"`);
    expect(await refusal(add({ wheel: await write(bytes), sha256: wrong }))).toContain(`is not ${wrong}, found`);
    expect(await refusal(add({ wheel: url, sha256: 'abc' }))).toMatch(
      /a sha256 must have 64 hexadecimal digits, found "abc"/,
    );
  });

  it('reports a download that is interrupted, refused, or cannot start', async () => {
    const { bytes, sha256 } = makeWheel();
    const broken = await serve((_, response) => {
      response.setHeader('content-length', bytes.length);
      response.write(bytes.subarray(0, 100), () => response.destroy());
    });
    expect(await refusal(add({ wheel: broken, sha256 }))).toMatch(
      new RegExp(`the download of .+ stopped after \\d+ of ${bytes.length} bytes, found .+; try again`),
    );
    server?.close();
    const absent = await serve((_, response) => response.writeHead(404).end());
    expect(await refusal(add({ wheel: absent, sha256 }))).toMatch(/was refused, found 404; check the address/);
    server?.close();
    expect(await refusal(add({ wheel: absent, sha256 }))).toMatch(/cannot reach http.+, found "ECONNREFUSED"/);
    expect(await refusal(add({ wheel: 'ftp://host/tensorflow.whl', sha256 }))).toMatch(
      /a wheel must be a path or a URL/,
    );
  });

  it('stops when cancelled, and leaves nothing behind', async () => {
    const { bytes, sha256 } = makeWheel();
    const stop = new AbortController();
    const url = await serve((_, response) => {
      response.setHeader('content-length', bytes.length);
      response.write(bytes.subarray(0, 100), () => stop.abort(new Error('enough')));
    });
    await expect(add({ wheel: url, sha256, signal: stop.signal })).rejects.toThrow('enough');
    expect(await readdir(cache)).toEqual([]);
  });

  it('installs nothing that does not load here', async () => {
    expect(await refusal(addTensorflow({ wheel: await write(makeWheel().bytes) }))).toMatch(
      /the TensorFlow 2\.21\.0 in tensorflow_cpu.+\.whl does not work on this machine, found "libtensorflow_framework\.so\.2: .+"; use another/,
    );
  });

  it('refuses a disk without room before writing', async () => {
    const size = 0xffff_fff0;
    const bombs = Array.from({ length: 2 }, (_, index) => ({
      name: `tensorflow/${['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'][index]}`,
      content: 'small',
      size,
    }));
    const record = (text: string): string => text.replaceAll(/(so\.2,.+),\d+/g, `$1,${size}`);
    const wheel = await write(makeWheel({ files: bombs, record }).bytes);
    // On a disk with room for 8 GB, the wrong size is found at the first library's end.
    expect(await refusal(add({ wheel }))).toMatch(/has no room for 8590 MB|so\.2 is damaged, found ".*bytes/);
  });

  it("removes what a killed process left, but not another process's work", async () => {
    const [old, fresh] = [join(cache, '.adding-old'), join(cache, '.adding-fresh')];
    for (const folder of [old, fresh]) await mkdir(folder, { recursive: true });
    await utimes(old, new Date(0), new Date(0));
    await add({ wheel: await write(makeWheel().bytes) });
    expect((await readdir(cache)).sort()).toEqual(['.adding-fresh', '2.21.0']);
  });
});

describeHere(`a wheel that is refused${whyNot}`, () => {
  const library = 'tensorflow/libtensorflow_cc.so.2';
  const plans: readonly (readonly [string, WheelPlan, RegExp])[] = [
    [
      'for ARM',
      { tag: 'cp311-cp311-manylinux_2_27_aarch64' },
      /another platform, found "manylinux_2_27_aarch64"; use the one whose name ends in manylinux_\.\.\._x86_64\.whl/,
    ],
    ['for macOS', { tag: 'cp311-cp311-macosx_12_0_arm64' }, /another platform, found "macosx_12_0_arm64"/],
    ['for Windows', { tag: 'cp311-cp311-win_amd64' }, /another platform, found "win_amd64"/],
    [
      'of an old version',
      { version: '2.9.1' },
      /version is not supported, found "2.9.1"; use a wheel of TensorFlow 2.15 or later/,
    ],
    ['of no version', { version: '..' }, /version is not supported, found "\.\."/],
    [
      'of something else',
      { libraries: { 'numpy.so': 'x' } },
      /this wheel has no tensorflow\/libtensorflow_framework\.so\.2/,
    ],
    [
      'whose library is not the recorded one',
      { files: [{ name: library, content: 'd'.repeat(100_000) }] },
      /the sha256 of tensorflow\/libtensorflow_cc\.so\.2 is not RECORD's/,
    ],
    [
      'whose library is longer than recorded',
      { files: [{ name: library, content: 'c'.repeat(100_001) }] },
      /has not the 100000 bytes that RECORD says, found 100001/,
    ],
    [
      'whose library is longer than it says',
      { files: [{ name: library, content: 'c'.repeat(200_000), size: 100_000 }] },
      /is damaged, found ".*too many bytes/,
    ],
    [
      'whose library is shorter than it says',
      { files: [{ name: library, content: 'c', size: 100_000 }] },
      /is damaged, found ".*not enough bytes/,
    ],
    [
      'whose library is damaged',
      { files: [{ name: library, content: 'c'.repeat(100_000), corrupt: true }] },
      /tensorflow\/libtensorflow_cc\.so\.2 (is damaged, found ".+"|is not RECORD's)/,
    ],
    [
      'without digests',
      { record: (text) => text.replaceAll(/sha256=[\w-]+/g, '') },
      /RECORD has no digest of tensorflow\//,
    ],
    [
      'that leads out of its folder',
      { files: [{ name: '../../.bashrc', content: 'x' }] },
      /is damaged, found "invalid relative path: \.\.\/\.\.\/\.bashrc"/,
    ],
    [
      'that leads to the root',
      { files: [{ name: '/etc/passwd', content: 'x' }] },
      /is damaged, found "absolute path: \/etc\/passwd"/,
    ],
    [
      'of two packages',
      { files: [{ name: 'other-1.0.dist-info/RECORD', content: '' }] },
      /is damaged, found "two files other-1\.0\.dist-info\/RECORD"/,
    ],
  ];

  it.each(plans)('%s', async (_, plan, message) => {
    expect(await refusal(add({ wheel: await write(makeWheel(plan).bytes, 'some.whl') }))).toMatch(message);
  });

  it('by its name, before a byte of it is fetched', async () => {
    const asked = jest.fn();
    const url = await serve(asked, 'tensorflow_cpu-2.21.0-cp311-cp311-macosx_12_0_arm64.whl');
    const { sha256 } = makeWheel();
    expect(await refusal(add({ wheel: url, sha256 }))).toMatch(/another platform, found "macosx_12_0_arm64"/);
    expect(await refusal(add({ wheel: 'tensorflow-2.9.1-cp310-cp310-manylinux2014_x86_64.whl' }))).toMatch(/"2.9.1"/);
    expect(asked).not.toHaveBeenCalled();
  });

  it('truncated, of another kind, or missing', async () => {
    const { bytes } = makeWheel();
    expect(await refusal(add({ wheel: await write(bytes.subarray(0, -30)) }))).toMatch(
      /is truncated, found ".+"; download/,
    );
    expect(await refusal(add({ wheel: await write('<html>') }))).toMatch(
      /is not a wheel: it is not a zip file, found "<html>"/,
    );
    expect(await refusal(add({ wheel: await write('') }))).toMatch(/is not a wheel: it is not a zip file/);
    expect(await refusal(add({ wheel: await write(makeZip([{ name: 'a', content: 'b' }])) }))).toMatch(
      /is a zip file, but not a wheel/,
    );
    expect(await refusal(add({ wheel: join(root, 'absent.whl') }))).toMatch(
      /cannot read the wheel .+, found "ENOENT"; check the path/,
    );
    expect(await refusal(add({ wheel: root }))).toMatch(/cannot read the wheel .+, found "EISDIR"/);
  });
});
