import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readPicture } from './image-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaleido-image-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('readPicture', () => {
  it('follows a data folder that is a link, also after the link leads elsewhere', async () => {
    const root = join(folder, 'current');
    for (const version of ['monday', 'tuesday']) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, '1.jpg'), version);
      await rm(root, { force: true });
      await symlink(join(folder, version), root);
      expect(Buffer.from((await readPicture('1.jpg', root, root)) as Uint8Array).toString()).toBe(version);
    }
    // A link out of it, to what was inside before.
    await symlink(join(folder, 'monday', '1.jpg'), join(folder, 'tuesday', '2.jpg'));
    expect(await readPicture('2.jpg', root, root)).toMatchObject({ problem: 'leads outside the data folder' });
  });
});
