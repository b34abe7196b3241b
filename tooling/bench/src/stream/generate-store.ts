import { link, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaleidoError, randomStream, toFloat16Bits } from '@kaleido/foundation';
import type { FeatureStoreHeader } from '@kaleido/kaleido-patches';
import { createFeatureStore } from '@kaleido/kaleido-patches/node';
import { featureSlotCount } from '@kaleido/layout';

export interface GeneratedStore {
  readonly products: number;
  /** F */
  readonly featureWidth: number;
  readonly seed: number;
}

/** Rows of the one shard that is written: large enough that 64 random rows are rarely adjacent. */
const rowsPerShard = 1000;

/** Number of distinct feature values: a prime, so that they have different positions in each row. */
const poolSize = 65_521;

/**
 * Makes a feature store of any number of products with little time and disk space: it writes one shard of random
 * half-precision features, and the others are hard links to it. The store is valid: hashes, sizes and index match. But
 * products repeat after 1,000, and the disk cache holds all of them.
 * @throws KaleidoError for a number of products that does not fill whole shards
 */
export async function generateStore(folder: string, { products, featureWidth, seed }: GeneratedStore): Promise<void> {
  if (products % rowsPerShard !== 0 || products < rowsPerShard)
    throw new KaleidoError({
      source: 'bench',
      problem: `a generated store has a multiple of ${rowsPerShard} products`,
      found: products,
    });
  const header: FeatureStoreHeader = {
    extractor: { name: 'generated', weightsHash: '', settings: { seed }, featureWidth },
    foreground: { name: 'generated', settings: {} },
    source: `${products} generated products`,
  };
  await rm(folder, { recursive: true, force: true });
  const rowLength = featureSlotCount * featureWidth;
  const writer = await createFeatureStore(folder, header, { shardBytes: 4096 + rowsPerShard * rowLength * 2 });
  const random = randomStream(seed, 'generated store');
  const pool = Uint16Array.from({ length: poolSize }, () => toFloat16Bits(random.uniform()));
  for (let row = 0; row < rowsPerShard; row++) {
    const start = row * rowLength;
    const values = Uint16Array.from({ length: rowLength }, (_, i) => pool[(start + i) % poolSize] as number);
    await writer.append([image(row)], values);
  }
  await writer.finish();

  const file = join(folder, 'store.json');
  const description = JSON.parse(await readFile(file, 'utf8'));
  const [first] = description.shards as [{ file: string; rows: number; sha256: string }];
  const shards = [first];
  for (let shard = 1; shard < products / rowsPerShard; shard++) {
    const name = `features-${String(shard).padStart(5, '0')}.safetensors`;
    await link(join(folder, first.file), join(folder, name));
    shards.push({ ...first, file: name });
  }
  const index = await open(join(folder, 'index.jsonl'), 'w');
  for (const [shard, { file: name }] of shards.entries()) {
    const lines = Array.from({ length: rowsPerShard }, (_, row) => {
      const { box, ...rest } = image(shard * rowsPerShard + row);
      return `${JSON.stringify({ ...rest, shard: name, row, box: [box.x0, box.y0, box.x1, box.y1] })}\n`;
    });
    await index.appendFile(lines.join(''));
  }
  await index.close();
  await writeFile(file, JSON.stringify({ ...description, rows: products, shards }));
}

function image(row: number) {
  const name = String(row).padStart(8, '0');
  const inset = row % 20;
  const box = { x0: inset, y0: 2 * inset, x1: 400 - inset, y1: 500 - inset };
  return { id: `image-${name}`, productId: `product-${name}`, box, width: 400, height: 500 };
}
