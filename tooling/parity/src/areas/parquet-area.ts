import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import { type Comparison, compareItems } from '../comparison.ts';
import { readJson } from '../read-case.ts';
import { compareRefusal, readProducts } from './read-products.ts';

interface Expected {
  readonly 'valid.parquet': readonly {
    readonly item_ID: number;
    readonly text: string;
    readonly category2: string;
    readonly imageSha256: string;
  }[];
  readonly 'null-image.parquet': Readonly<Record<'readable' | 'withoutImage' | 'withoutText', readonly number[]>>;
  readonly 'corrupt-jpeg.parquet': { readonly readable: readonly number[] };
  readonly 'big-id.parquet': readonly string[];
}

const options = { splits: 'hash:validation=0' };

/** Compares the rows of Parquet files: `expected.json` and the files beside it. */
export async function compareParquet(folder: string): Promise<Comparison[]> {
  const { files } = (await readJson(join(folder, 'expected.json'))) as { readonly files: Expected };
  const comparisons: Comparison[] = [];
  const rows = files['valid.parquet'];
  const variants = ['none', 'gzip', 'zstd', 'brotli'].map(
    (codec) => [`valid-${codec}.parquet`, rows.slice(0, 3)] as const,
  );
  for (const [file, wanted] of [['valid.parquet', rows] as const, ...variants]) {
    const { products } = await readProducts(join(folder, file), options);
    comparisons.push(
      compareItems(
        `${file} ids`,
        products.map(({ id }) => id),
        wanted.map(({ item_ID }) => String(item_ID)),
      ),
      compareItems(
        `${file} captions`,
        products.map(({ caption }) => caption),
        wanted.map(({ text }) => text),
      ),
      compareItems(
        `${file} sub-categories`,
        products.map(({ subcategory }) => subcategory),
        wanted.map(({ category2 }) => category2),
      ),
      compareItems(
        `${file} images`,
        products.map(({ image }) => createHash('sha256').update(image.bytes).digest('hex')),
        wanted.map(({ imageSha256 }) => imageSha256),
      ),
    );
  }
  const { readable, withoutImage, withoutText } = files['null-image.parquet'];
  const nulls = await readProducts(join(folder, 'null-image.parquet'), options);
  const left = [...withoutImage, ...withoutText].map(String).sort();
  const big = await readProducts(join(folder, 'big-id.parquet'), options);
  const none = await readProducts(join(folder, 'no-rows.parquet'), options);
  const texts = await readProducts(join(folder, 'id-is-string.parquet'), options);
  const corrupt = await readProducts(join(folder, 'corrupt-jpeg.parquet'), options);
  const whole: string[] = [];
  for (const { id, image } of corrupt.products) if (await canDecode(image.bytes, id)) whole.push(id);
  comparisons.push(
    compareItems(
      'null-image.parquet ids',
      nulls.products.map(({ id }) => id),
      readable.map(String),
    ),
    compareItems('null-image.parquet left out', nulls.skipped.map(({ id }) => id).sort(), left),
    compareItems(
      'big-id.parquet ids',
      big.products.map(({ id }) => id),
      files['big-id.parquet'],
    ),
    compareItems(
      'id-is-string.parquet ids',
      texts.products.map(({ id }) => id),
      rows.slice(0, 3).map(({ item_ID }) => String(item_ID)),
    ),
    compareItems('corrupt-jpeg.parquet ids', whole, files['corrupt-jpeg.parquet'].readable.map(String)),
    compareItems('no-rows.parquet', [none.products.length, none.refusal], [0, undefined]),
    await compareRefusal('truncated.parquet', join(folder, 'truncated.parquet'), ['truncated.parquet']),
    await compareRefusal('not-parquet.parquet', join(folder, 'not-parquet.parquet'), ['not-parquet.parquet']),
    await compareRefusal('image-is-string.parquet', join(folder, 'image-is-string.parquet'), [
      'column "image"',
      'must be a struct of bytes and path',
      'found "string"',
    ]),
    await compareRefusal('no-text-column.parquet', join(folder, 'no-text-column.parquet'), ['caption', 'category1']),
  );
  return comparisons;
}

async function canDecode(bytes: Uint8Array, id: string): Promise<boolean> {
  return decodeImage(bytes, id).then(
    () => true,
    () => false,
  );
}
