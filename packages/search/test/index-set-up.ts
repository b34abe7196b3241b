import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kaleido } from '@kaleido/pipeline/node';
import { smallModel } from './small-model.ts';

export interface IndexSetUp {
  readonly model: Kaleido;
  readonly root: string;
  /** A new, empty folder for an index. */
  newFolder(): Promise<string>;
  /** Disposes of the model and removes the folders. */
  close(): Promise<void>;
}

/** A small model and folders for the tests of one file. */
export async function indexSetUp(name: string): Promise<IndexSetUp> {
  const root = await mkdtemp(join(tmpdir(), `${name}-`));
  const model = await smallModel();
  return {
    model,
    root,
    newFolder: () => mkdtemp(join(root, 'index-')),
    async close() {
      model.dispose();
      await rm(root, { recursive: true });
    },
  };
}
