/** Which columns make a product. */
export interface ColumnMapping {
  /** Absent: the picture's path, or the row's place. */
  readonly id?: string;
  /** A column whose value all photographs of a product share. Absent: each row is a product. */
  readonly product?: string;
  /** A column, or a path with columns in braces: `images/{id}.jpg`. */
  readonly image: string;
  /** Joined by a full stop and a space, those that are empty left out. */
  readonly caption: readonly string[];
  readonly category?: string;
  /** If values of `category` are paths, `Apparel > Dresses`: the last part is the sub-category, the one before the category. */
  readonly categorySeparator?: string;
  readonly subcategory?: string;
  readonly attributes: readonly string[];
  /** A column that names the split of each row. */
  readonly split?: string;
}

export type MappedField = Exclude<keyof ColumnMapping, 'categorySeparator'>;

/** Why a column was taken for a field, or left out. */
export interface MappingReason {
  /** Absent for a column that is not read. */
  readonly field?: MappedField;
  readonly columns: readonly string[];
  readonly reason: string;
}

export interface ExplainedMapping {
  readonly mapping: ColumnMapping;
  readonly reasons: readonly MappingReason[];
}

/** The fields that a user may map, with the columns of each; no column takes a guess back. */
export type MappingChoice = Readonly<Partial<Record<MappedField, readonly string[]>>>;

/** Names that users may write for a field. */
export const fieldNames: Readonly<Record<string, MappedField>> = {
  id: 'id',
  product: 'product',
  image: 'image',
  caption: 'caption',
  category: 'category',
  label: 'category',
  subcategory: 'subcategory',
  attributes: 'attributes',
  split: 'split',
};

/** The columns in a pattern such as `images/{id}.jpg`; undefined for the plain name of a column. */
export function patternColumns(image: string): readonly string[] | undefined {
  const found = [...image.matchAll(/\{([^{}]+)\}/g)].map(([, column]) => column as string);
  return found.length === 0 ? undefined : found;
}

/** All columns that a mapping reads, each once. */
export function columnsOf(mapping: ColumnMapping): readonly string[] {
  const { id, product, image, caption, category, subcategory, attributes, split } = mapping;
  const single = [id, product, category, subcategory, split].filter((column) => column !== undefined);
  return [...new Set([...single, ...(patternColumns(image) ?? [image]), ...caption, ...attributes])];
}
