import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectBackend } from '@kaleido/backend';
import { createKaleido, type Kaleido } from '../src/node.ts';
import { type Garment, garments } from './garments.ts';
import { smallOptions } from './small-kaleido.ts';

export interface FineTuningSetUp {
  readonly kaleido: Kaleido;
  readonly pictures: Garment[];
  /** An empty folder. */
  readonly root: string;
  /** Disposes of the model and removes the folder. */
  close(): Promise<void>;
}

/** A small model, 40 garments and a folder for the tests of one file. */
export async function fineTuningSetUp(name: string): Promise<FineTuningSetUp> {
  await selectBackend({ prefer: 'wasm' });
  const root = await mkdtemp(join(tmpdir(), `${name}-`));
  const pictures = await garments(40);
  const kaleido = await createKaleido({ ...smallOptions, photographs: pictures });
  return {
    kaleido,
    pictures,
    root,
    async close() {
      kaleido.dispose();
      await rm(root, { recursive: true });
    },
  };
}

/** All items of a stream. */
export async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
