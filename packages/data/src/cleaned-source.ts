import { type CleaningOptions, cleanText, looksLikeMojibake } from './clean-text.ts';
import type { Product } from './product.ts';
import type { ReadRowsOptions, RowSource } from './row-source.ts';

/** A source with cleaned captions and labels. A caption of which nothing is left is left out. */
export function cleanedSource(source: RowSource, cleaning: Required<CleaningOptions>): RowSource {
  return {
    ...source,
    fingerprint: `${source.fingerprint}\0${JSON.stringify(cleaning)}`,
    async *read(split, options) {
      let [damaged, example] = [0, ''];
      for await (const product of source.read(split, options)) {
        if (!cleaning.mojibake && looksLikeMojibake(product.caption) && damaged++ === 0) example = product.id;
        const clean = cleanProduct(product, cleaning);
        if (clean === undefined) tellEmpty(product, options);
        else yield clean;
      }
      if (damaged > 0)
        options.onWarning?.(
          `@kaleido/data: ${damaged} captions of ${source.name} look like UTF-8 that was read as Windows-1252 (e.g. of ${example}): --clean mojibake repairs them`,
        );
    },
  };
}

function tellEmpty({ id }: Product, { onSkipped }: ReadRowsOptions): void {
  const kind = 'has a caption of which cleaning leaves nothing';
  onSkipped?.({ id, reason: `${id} ${kind}`, kind });
}

function cleanProduct(product: Product, cleaning: Required<CleaningOptions>): Product | undefined {
  const caption = cleanText(product.caption, cleaning);
  if (caption === '') return undefined;
  const label = (text: string): string => cleanText(text, { ...cleaning, longest: 0 });
  const { category, subcategory, attributes = {} } = product;
  return {
    ...product,
    caption,
    ...(category === undefined ? {} : { category: label(category) }),
    ...(subcategory === undefined ? {} : { subcategory: label(subcategory) }),
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, label(value)])),
  };
}
