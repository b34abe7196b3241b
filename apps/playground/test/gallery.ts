import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadWord } from '@kaleido/insight';
import type { KnownAttention } from '../src/state/gallery.ts';

/** What the page is given beside its code. */
export const publicFolder = fileURLToPath(new URL('../public/', import.meta.url));

/** What the gallery says of a garment. */
export interface Item {
  readonly id: string;
  readonly image: string;
  readonly caption: string;
  readonly colour: string;
  readonly subcategory: string;
}

/** What the page shows of a garment before its model answers; see scripts/make-assets.mjs. */
export interface Known {
  readonly box: Readonly<Record<'x0' | 'y0' | 'x1' | 'y1', number>>;
  readonly match: number;
  readonly similarity: number;
  readonly pieces: readonly string[];
  readonly words: readonly ReadWord[];
  readonly probabilities: readonly number[];
  readonly attention: KnownAttention;
  readonly written: string;
  readonly tags: readonly {
    readonly name: string;
    readonly classes: readonly { readonly name: string; readonly probability: number }[];
  }[];
}

export async function readGallery(): Promise<readonly Item[]> {
  return (await read<{ readonly items: readonly Item[] }>('gallery')).items;
}

export function readKnown(id: string): Promise<Known> {
  return read(id);
}

async function read<Value>(name: string): Promise<Value> {
  return JSON.parse(await readFile(join(publicFolder, 'gallery', `${name}.json`), 'utf8')) as Value;
}
