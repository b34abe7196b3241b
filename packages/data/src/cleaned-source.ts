import { type CleaningOptions, cleanText, looksLikeMojibake } from './clean-text.ts';
import type { Product } from './product.ts';
import type { ReadRowsOptions, RowSource } from './row-source.ts';

/** Part of the fingerprint: raised if the same options change texts in another way. */
const cleanerVersion = 2;

/** A source with cleaned captions and labels. A product or a label of which nothing is left is left out. */
export function cleanedSource(source: RowSource, cleaning: Required<CleaningOptions>): RowSource {
  return {
    ...source,
    fingerprint: `${source.fingerprint}\0${JSON.stringify(cleaning)}\0${cleanerVersion}`,
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
  if (caption.trim() === '') return undefined;
  const { category, subcategory, attributes = {}, ...rest } = product;
  const label = (name: string, text: string | undefined): [string, string][] => {
    const clean = text === undefined ? '' : cleanText(text, { ...cleaning, longest: 0 });
    return clean.trim() === '' ? [] : [[name, clean]];
  };
  return {
    ...rest,
    caption,
    ...Object.fromEntries([...label('category', category), ...label('subcategory', subcategory)]),
    attributes: Object.fromEntries(Object.entries(attributes).flatMap(([name, text]) => label(name, text))),
  };
}
