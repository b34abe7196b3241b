import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { libraryFiles } from './c-library.ts';
import { findTensorflow } from './find-tensorflow.ts';

let root: string;
const environment = { ...process.env };
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kaleido-tensorflow-'));
  delete process.env.KALEIDO_TENSORFLOW;
  process.env.XDG_CACHE_HOME = join(root, 'cache');
  process.env.PATH = join(root, 'bin');
});
afterEach(async () => {
  process.env = { ...environment };
  await rm(root, { recursive: true });
});

async function libraries(...path: string[]): Promise<string> {
  const folder = join(root, ...path);
  await mkdir(folder, { recursive: true });
  for (const name of libraryFiles) await writeFile(join(folder, name), '');
  return folder;
}

describe('findTensorflow', () => {
  it('takes the option, then the environment', async () => {
    const [option, environment] = [await libraries('option'), await libraries('environment')];
    process.env.KALEIDO_TENSORFLOW = environment;
    expect((await findTensorflow(option)).found).toEqual({ folder: option, from: 'the option tensorflowFolder' });
    expect((await findTensorflow()).found).toEqual({ folder: environment, from: 'KALEIDO_TENSORFLOW' });
  });

  it('tries nothing else if the named folder has none', async () => {
    await libraries('cache', 'kaleido', 'tensorflow', '2.20.0');
    expect(await findTensorflow(join(root, 'empty'))).toEqual({
      looked: [`the option tensorflowFolder (${join(root, 'empty')} has none)`],
    });
  });

  it('takes the newest unpacked version', async () => {
    await libraries('cache', 'kaleido', 'tensorflow', '2.9.1');
    const newest = await libraries('cache', 'kaleido', 'tensorflow', '2.21.0');
    expect((await findTensorflow()).found).toEqual({
      folder: newest,
      from: join(root, 'cache', 'kaleido', 'tensorflow'),
    });
  });

  it("asks Python for the package's folder", async () => {
    const folder = await libraries('site-packages', 'tensorflow');
    await mkdir(join(root, 'bin'));
    await writeFile(join(root, 'bin', 'python3'), `#!/bin/sh\necho '${folder}'\n`, { mode: 0o755 });
    expect((await findTensorflow()).found).toEqual({ folder, from: 'python3' });
  });

  it('says where it looked; a Python that fails is not an error', async () => {
    await mkdir(join(root, 'bin'));
    await writeFile(join(root, 'bin', 'python3'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    await writeFile(join(root, 'bin', 'python'), '#!/bin/sh\necho\n', { mode: 0o755 });
    expect(await findTensorflow()).toEqual({
      looked: [join(root, 'cache', 'kaleido', 'tensorflow'), 'python3 does not run', 'no TensorFlow in python'],
    });
  });

  it('does not wait for a Python that hangs, and says so', async () => {
    await mkdir(join(root, 'bin'));
    await writeFile(join(root, 'bin', 'python3'), '#!/bin/sh\nwhile :; do :; done\n', { mode: 0o755 });
    expect(await findTensorflow(undefined, 500)).toEqual({
      looked: [join(root, 'cache', 'kaleido', 'tensorflow'), 'python3 did not answer within 0.5 s', 'no python'],
    });
  });
});
