import { expect, it } from '@jest/globals';
import { bytesInMemory, encodeSafetensors, type FolderFiles, float32Tensor } from '@kaleido/foundation';
import { z } from 'zod';
import { readHeadFiles } from './read-head-files.ts';

const names = ['head.json', 'head.safetensors'] as const;
const schema = z.strictObject({ classes: z.number() });

/** A folder of files in memory. @param claimed the size that the weights claim */
function folderOf(files: Readonly<Record<string, Uint8Array>>, claimed?: number): FolderFiles {
  return {
    name: 'folder',
    pathOf: (file) => `folder/${file}`,
    async open(file) {
      const content = files[file];
      if (content === undefined) return undefined;
      const source = bytesInMemory(file, content);
      return file === names[1] && claimed !== undefined ? { ...source, size: claimed } : source;
    },
    whyAbsent: () => 'ENOENT',
  };
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const weights = encodeSafetensors([['kernel', float32Tensor(Float32Array.of(1, 2), [2, 1])]]);

it('reads weights of any size: a head of thousands of classes has hundreds of megabytes', async () => {
  const folder = folderOf({ 'head.json': json({ classes: 4000 }), 'head.safetensors': weights }, 150_000_000);
  const read = await readHeadFiles(folder, names, schema);
  expect(read).toEqual({
    description: { classes: 4000 },
    layers: new Map([['kernel', { shape: [2, 1], values: Float32Array.of(1, 2) }]]),
  });
});

it('tells a folder without a head from a damaged one', async () => {
  expect(await readHeadFiles(folderOf({}), names, schema)).toBeUndefined();
  const half = folderOf({ 'head.json': json({ classes: 1 }) });
  await expect(readHeadFiles(half, names, schema)).rejects.toThrow(
    'folder/head.json describes a head, and its weights are missing: head.safetensors, found "ENOENT"',
  );
  const other = folderOf({ 'head.json': json({ classes: 'a' }), 'head.safetensors': weights });
  await expect(readHeadFiles(other, names, schema)).rejects.toThrow('folder/head.json is wrong at "classes"');
});
