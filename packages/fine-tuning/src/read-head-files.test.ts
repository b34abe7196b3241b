import { expect, it } from '@jest/globals';
import { bytesInMemory, encodeSafetensors, type FolderFiles, float32Tensor } from '@kaleido/foundation';
import { z } from 'zod';
import { readHeadFiles } from './read-head-files.ts';

const names = ['head.json', 'head.safetensors'] as const;
const schema = z.strictObject({ classes: z.number() });

/** A folder of files in memory. */
function folderOf(files: Readonly<Record<string, Uint8Array>>): FolderFiles {
  return {
    name: 'folder',
    pathOf: (file) => `folder/${file}`,
    async open(file) {
      const content = files[file];
      return content === undefined ? undefined : bytesInMemory(file, content);
    },
    whyAbsent: () => 'ENOENT',
  };
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const weights = encodeSafetensors([['kernel', float32Tensor(Float32Array.of(1, 2), [2, 1])]]);

it('reads weights of more than 100 MB, as a head of thousands of classes has', async () => {
  const values = new Float32Array(26_000_000);
  values[1] = 2;
  const large = encodeSafetensors([['kernel', float32Tensor(values, [4000, 6500])]]);
  const folder = folderOf({ 'head.json': json({ classes: 4000 }), 'head.safetensors': large });
  const read = await readHeadFiles(folder, names, schema);
  expect(read?.description).toEqual({ classes: 4000 });
  expect(read?.layers.get('kernel')?.shape).toEqual([4000, 6500]);
  expect(read?.layers.get('kernel')?.values[1]).toBe(2);
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
