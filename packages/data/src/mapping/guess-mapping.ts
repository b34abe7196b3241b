import { KaleidoError } from '@kaleido/foundation';
import { textOf, UnusableCell } from '../catalogue-row.ts';
import {
  type ColumnMapping,
  type ExplainedMapping,
  type MappedField,
  type MappingChoice,
  type MappingReason,
  patternColumns,
} from './column-mapping.ts';
import { requireColumns } from './parse-mapping.ts';
import { splitOfName } from './split-names.ts';

/** The values of some rows, by column; pictures that are bytes are `Uint8Array`s. */
export type ColumnSample = readonly ReadonlyMap<string, unknown>[];

export interface GuessOptions {
  /** For messages. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly sample: ColumnSample;
  /** What the user has chosen. */
  readonly choice?: MappingChoice | undefined;
  /** Columns that are attributes whatever their values are. */
  readonly labels?: readonly string[] | undefined;
  /** Finds out where the pictures of some rows are: a column or a pattern, and why. */
  readonly findPictures: () => Promise<{ readonly image: string; readonly reason: string } | undefined>;
}

/**
 * Usual names of columns, the likeliest first, in lower case without anything but letters and digits. Sources: KAGL and
 * fashion200k of Hugging Face, Kaggle's Fashion Product Images, Fashion-Gen, img2dataset, and the product feeds of
 * Google, Shopify and Magento.
 */
const usualNames = {
  id: ['itemid', 'id', 'sku', 'articleid', 'uid', 'uuid', 'asin', 'gtin', 'ean', 'code', 'key', 'handle', 'productid'],
  product: ['itemgroupid', 'parentid', 'parentsku', 'productid', 'groupid', 'styleid', 'modelid'],
  fullCaption: ['caption', 'captions', 'text', 'concatdescription', 'inputconcatdescription'],
  title: ['title', 'producttitle', 'productdisplayname', 'displayname', 'name', 'productname', 'inputname', 'prodname'],
  description: ['description', 'productdescription', 'inputdescription', 'detaildesc', 'bodyhtml', 'longdescription'],
  category: [
    'category1',
    'mastercategory',
    'category',
    'categories',
    'productcategory',
    'inputcategory',
    'class',
    'label',
    'department',
  ],
  subcategory: [
    'category2',
    'subcategory',
    'inputsubcategory',
    'articletype',
    'producttype',
    'producttypename',
    'type',
  ],
  split: ['split', 'subset', 'partition', 'set', 'fold'],
} as const;

/** More distinct values than this share of the rows, or longer ones, are no label. */
const mostDistinct = 0.5;
const longestLabel = 60;

/**
 * Guesses which columns make a product, from their names and from some rows; what the user chose is taken as it is.
 * @throws KaleidoError for a chosen column that does not exist, and where no caption or picture is found
 */
export async function guessMapping(options: GuessOptions): Promise<ExplainedMapping> {
  const { path, columns, sample, choice = {}, labels: known = [], findPictures } = options;
  requireColumns(choice, columns, path);
  const reasons: MappingReason[] = [];
  const taken = new Set<string>();
  const values = new Map(columns.map((column) => [column, sampled(sample, column)]));
  const valuesOf = (column: string): readonly string[] => values.get(column) ?? [];
  const take = (field: MappedField, found: readonly string[], reason: string): readonly string[] => {
    reasons.push({ field, columns: found, reason });
    for (const column of found) taken.add(column);
    return found;
  };
  const named = (list: readonly string[], accept: (column: string) => boolean = () => true): string | undefined =>
    list.flatMap((name) =>
      columns.filter((column) => plain(column) === name && !taken.has(column) && accept(column)),
    )[0];
  /** The user's choice, or a guess. */
  const field = (
    name: MappedField,
    guess: () => readonly [readonly string[], string] | undefined,
  ): readonly string[] => {
    const chosen = choice[name];
    if (chosen !== undefined) return chosen.length === 0 ? [] : take(name, chosen, 'chosen by --map');
    const found = guess();
    return found === undefined ? [] : take(name, ...found);
  };
  const byName =
    (list: readonly string[], accept?: (column: string) => boolean) =>
    (): readonly [readonly string[], string] | undefined => {
      const column = named(list, accept);
      return column === undefined ? undefined : [[column], 'by its name'];
    };
  // Columns that the user chose are not guessed for another field.
  for (const chosen of Object.values(choice).flat()) taken.add(chosen);

  const isUnique = (column: string): boolean => new Set(valuesOf(column)).size === valuesOf(column).length;
  const [id] = field('id', () => {
    const column = named(
      usualNames.id,
      (one) => sample.length === 0 || (valuesOf(one).length > 0 && repeats(valuesOf(one)) < 0.5),
    );
    if (column === undefined) return undefined;
    if (sample.length === 0) return [[column], 'by its name'];
    return [
      [column],
      `by its name; ${isUnique(column) ? 'no value repeats' : 'few values repeat'} in ${rows(sample.length)}`,
    ];
  });
  const pictures =
    choice.image?.[0] === undefined ? await findPictures() : { image: choice.image[0], reason: 'chosen by --map' };
  if (pictures === undefined) throw noColumn('picture', 'image', options);
  take('image', [pictures.image], pictures.reason);
  const [split] = field(
    'split',
    byName(
      usualNames.split,
      (column) => valuesOf(column).length > 0 && valuesOf(column).every((value) => splitOfName(value) !== undefined),
    ),
  );
  const caption = field('caption', () => captionColumns(named));
  if (caption.length === 0) throw noColumn('caption', 'caption', options);
  const [category] = field('category', byName(usualNames.category));
  // The last part of a path is the sub-category; without that field, the path is the category.
  const takesPaths = category !== undefined && choice.subcategory?.length !== 0;
  const categorySeparator = takesPaths ? separatorOf(valuesOf(category)) : undefined;
  const [subcategory] =
    categorySeparator === undefined || choice.subcategory !== undefined
      ? field('subcategory', byName(usualNames.subcategory))
      : [];
  if (category !== undefined && categorySeparator !== undefined && subcategory === undefined)
    reasons.push({ field: 'subcategory', columns: [category], reason: `what is after the last ${categorySeparator}` });
  const [product] = field('product', () => {
    const column = named(usualNames.product, (one) => valuesOf(one).length > 0);
    if (column !== undefined) return [[column], 'by its name: rows with one value are views of one product'];
    const [title] = caption;
    const isTitle = title !== undefined && (usualNames.title as readonly string[]).includes(plain(title));
    if (id !== undefined || !isTitle || isUnique(title)) return undefined;
    return [[title], 'no column is an id: rows with one title are views of one product'];
  });
  const attributes = field('attributes', () => {
    const labels = columns.filter(
      (column) => !taken.has(column) && (known.includes(column) || isLabel(valuesOf(column))),
    );
    const classes = [category, subcategory].filter((column) => column !== undefined);
    const reason = labels.every((column) => isLabel(valuesOf(column)))
      ? 'short values that repeat'
      : 'labels of the model, or short values that repeat';
    return labels.length + classes.length === 0 ? undefined : [[...classes, ...labels], reason];
  });
  const inPattern = patternColumns(pictures.image) ?? [];
  for (const column of columns)
    if (!taken.has(column) && !inPattern.includes(column))
      reasons.push({ columns: [column], reason: whyUnused(valuesOf(column)) });
  return {
    mapping: {
      image: pictures.image,
      caption,
      attributes,
      ...(id !== undefined && { id }),
      ...(product !== undefined && { product }),
      ...(category !== undefined && { category }),
      ...(categorySeparator !== undefined && { categorySeparator }),
      ...(subcategory !== undefined && { subcategory }),
      ...(split !== undefined && { split }),
    } satisfies ColumnMapping,
    reasons,
  };
}

/** The separator of values such as `Apparel > Dresses` and `Men/Tops/Shirts`, if nearly all are so. */
function separatorOf(values: readonly string[]): string | undefined {
  const share = (separator: string, parts: number): number =>
    values.filter((value) => value.split(separator).length >= parts).length / values.length;
  if (share('>', 2) > 0.8) return '>';
  // One slash may be part of a name: `Polos/T-Shirts`.
  return share('/', 3) > 0.8 ? '/' : undefined;
}

function captionColumns(
  named: (list: readonly string[]) => string | undefined,
): readonly [readonly string[], string] | undefined {
  const full = named(usualNames.fullCaption);
  if (full !== undefined) return [[full], 'by its name'];
  const [title, description] = [named(usualNames.title), named(usualNames.description)];
  if (title !== undefined && description !== undefined)
    return [[title, description], 'by their names: title and description'];
  const one = title ?? description;
  return one === undefined ? undefined : [[one], 'by its name'];
}

function isLabel(values: readonly string[]): boolean {
  if (values.length === 0 || values.some((value) => value.length > longestLabel)) return false;
  const distinct = new Set(values).size;
  return distinct > 1 && distinct <= mostDistinct * values.length;
}

function whyUnused(values: readonly string[]): string {
  if (isLabel(values)) return 'it is not among the attributes';
  if (values.length === 0) return 'it has no values';
  if (new Set(values).size === 1) return 'all rows have one value';
  if (values.some((value) => value.length > longestLabel)) return 'its values are too long for a label';
  return `its values are too many for a label: ${new Set(values).size} in ${rows(values.length)}`;
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

/** The share of values that an earlier row has too. */
function repeats(values: readonly string[]): number {
  return 1 - new Set(values).size / values.length;
}

/** The values of a column as text, without empty ones and pictures. */
function sampled(sample: ColumnSample, column: string): string[] {
  return sample.flatMap((row) => {
    const value = row.get(column);
    if (value instanceof Uint8Array) return [];
    const text = textOf(value);
    return text === undefined || text instanceof UnusableCell ? [] : [text];
  });
}

/** The letters and digits of a name, in lower case: `Item_ID` is `itemid`. */
export function plain(column: string): string {
  return column.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function noColumn(what: string, field: MappedField, { path, columns }: GuessOptions): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `no column of ${path} is known to hold the ${what}`,
    found: columns,
    advice: `say which one it is: --map ${field}=COLUMN${field === 'image' ? ", or a pattern: --map 'image=images/{COLUMN}.jpg'" : ''}`,
  });
}
