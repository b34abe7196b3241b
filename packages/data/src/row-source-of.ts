import type { Product, ProductSource } from './product.ts';
import type { ReadRowsOptions, RowSource } from './row-source.ts';

/** A catalogue of shards as a source of rows, whose splits can be made anew. */
export function rowSourceOf(source: ProductSource): RowSource {
  return {
    name: source.name,
    fingerprint: source.fingerprint,
    hasPictureFiles: false,
    fingerprintHasRows: true,
    splits: source.splits,
    rows: (split) => source.rows?.(split),
    async *read(split, options) {
      if (split === undefined) for (const one of source.splits) yield* wantedOnly(source, one, options);
      else yield* wantedOnly(source, split, options);
    },
  };
}

async function* wantedOnly(
  source: ProductSource,
  split: string,
  { wants = () => true, onSkipped, onWarning }: ReadRowsOptions,
): AsyncGenerator<Product> {
  const products = source.products(split, {
    onSkipped: (skipped) => {
      if (wants(skipped.id)) onSkipped?.(skipped);
    },
    ...(onWarning === undefined ? {} : { onWarning }),
  });
  for await (const product of products) if (wants(product.productId)) yield product;
}
