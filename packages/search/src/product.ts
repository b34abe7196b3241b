/** What an index keeps of a product beside its vector. */
export interface IndexedProduct {
  /** Unique in the index: one photograph. */
  readonly id: string;
  /** Shared by the photographs of one product. */
  readonly productId?: string;
  readonly caption?: string;
  readonly category?: string;
  readonly subcategory?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Labels that a product has beside its attributes. */
const ownFields = ['category', 'subcategory'] as const;

/** All labels of a product by field: category, subcategory and its attributes. */
export function labelsOf(product: IndexedProduct): Map<string, string> {
  const labels = new Map<string, string>();
  for (const field of ownFields) {
    const value = product[field];
    if (value !== undefined) labels.set(field, value);
  }
  for (const [field, value] of Object.entries(product.attributes ?? {}))
    if (!labels.has(field)) labels.set(field, value);
  return labels;
}

const texts = ['productId', 'caption', ...ownFields] as const;

/** Why a value is not a valid product; undefined for a valid one. */
export function faultOfProduct(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is not an object';
  const { attributes = {}, ...product } = value as Partial<Record<keyof IndexedProduct, unknown>>;
  if (typeof product.id !== 'string') return 'its id is not a string';
  const wrong = texts.find((field) => product[field] !== undefined && typeof product[field] !== 'string');
  if (wrong !== undefined) return `its ${wrong} is not a string`;
  if (typeof attributes !== 'object' || attributes === null) return 'its attributes are not an object';
  const [name] = Object.entries(attributes).find(([, label]) => typeof label !== 'string') ?? [];
  return name === undefined ? undefined : `its attribute ${name} is not a string`;
}
