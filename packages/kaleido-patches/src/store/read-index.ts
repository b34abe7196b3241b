import { join } from 'node:path';
import { KaleidoError } from '@kaleido/foundation';
import { damagedStore } from './damaged-store.ts';
import {
  type IndexEntry,
  indexFile,
  type ShardEntry,
  type StoreDescription,
  storeFile,
} from './feature-store-files.ts';
import type { StoredImage } from './feature-store-header.ts';
import { readLines } from './read-lines.ts';
import { ImageList, isWholePixels } from './stored-images.ts';

/** Reads the index line by line. @throws KaleidoError if it does not match the store's description */
export async function readIndex(folder: string, description: StoreDescription): Promise<ImageList> {
  const images = new ImageList(description.rows);
  const places = rowPlaces(description.shards);
  let number = 0;
  try {
    for await (const { text } of readLines(join(folder, indexFile))) {
      if (text === '') continue;
      number += 1;
      const place = places.next();
      if (place.done) continue;
      images.push(readEntry(folder, text, number, place.value));
    }
  } catch (cause) {
    if (KaleidoError.isInstance(cause)) throw cause;
    throw damagedStore(folder, `cannot read ${indexFile}`, (cause as NodeJS.ErrnoException).code, cause);
  }
  if (number !== description.rows)
    throw damagedStore(folder, `${indexFile} must have ${description.rows} lines`, number);
  return images;
}

function readEntry(folder: string, text: string, number: number, place: { file: string; row: number }): StoredImage {
  let entry: IndexEntry | null;
  try {
    entry = JSON.parse(text);
  } catch (cause) {
    throw damagedStore(folder, `line ${number} of ${indexFile} is not JSON`, undefined, cause);
  }
  const { shard, row, box: sides, id, productId, width, height, fallback, note } = entry ?? ({} as IndexEntry);
  if (
    shard !== place.file ||
    row !== place.row ||
    typeof id !== 'string' ||
    typeof productId !== 'string' ||
    sides?.length !== 4 ||
    !isWholePixels([...sides, width, height])
  )
    throw damagedStore(folder, `line ${number} of ${indexFile} does not fit ${storeFile}`);
  const [x0, y0, x1, y1] = sides;
  const box = { x0, y0, x1, y1 };
  return { id, productId, box, width, height, ...(fallback && { fallback }), ...(note !== undefined && { note }) };
}

/** The shard and position of each row, in order. */
function* rowPlaces(shards: readonly ShardEntry[]): Generator<{ file: string; row: number }> {
  for (const { file, rows } of shards) for (let row = 0; row < rows; row++) yield { file, row };
}
