import { didYouMean, KaleidoError } from '@kaleido/foundation';
import type { LoadedIndex } from './load-index.ts';
import { labelsOf } from './product.ts';

/**
 * Labels that a product must have, by field: `category`, `subcategory` or an attribute. Of several values of a field
 * one is enough. Upper and lower case are the same.
 */
export type Where = Readonly<Record<string, string | readonly string[]>>;

/** The rows that a filter allows. */
export interface Filtered {
  /** [rows] */
  readonly allowed: Uint8Array;
  /** How many they are. */
  readonly count: number;
  /** Sentences on values that no product has. */
  readonly notes: readonly string[];
}

/** A value of a field. */
interface LabelValue {
  readonly written: string;
  /** The rows that have it. */
  readonly rows: number[];
}

/** The values of one field by their lower case. */
type FieldLabels = Map<string, LabelValue>;

/** The labels of an index's products, by field. It grows with the labels, not with fields times products. */
export class LabelTable {
  readonly #index: LoadedIndex;
  readonly #fields = new Map<string, FieldLabels>();

  constructor(index: LoadedIndex) {
    this.#index = index;
    for (const [segment, { products }] of index.segments.entries())
      for (const [row, product] of products.entries()) {
        const at = (index.starts[segment] as number) + row;
        if (index.alive[at] === 0) continue;
        for (const [field, value] of labelsOf(product)) this.#add(field, value, at);
      }
  }

  #add(field: string, value: string, row: number): void {
    const values = this.#fields.get(field) ?? new Map<string, LabelValue>();
    this.#fields.set(field, values);
    const key = value.toLowerCase();
    const known = values.get(key);
    if (known === undefined) values.set(key, { written: value, rows: [row] });
    else known.rows.push(row);
  }

  /** Fields with their values as written, in the order of the products. */
  get fields(): ReadonlyMap<string, readonly string[]> {
    return new Map(
      [...this.#fields].map(([field, values]) => [field, [...values.values()].map(({ written }) => written)]),
    );
  }

  /** @throws KaleidoError for a field that no product has, and for one without values */
  filter(where: Where): Filtered {
    const allowed = this.#index.alive.slice();
    const notes: string[] = [];
    for (const [field, wanted] of Object.entries(where)) {
      const values = this.#fields.get(field);
      if (values === undefined) throw unknownField(field, [...this.#fields.keys()]);
      const hasOne = new Uint8Array(allowed.length);
      for (const value of wantedValues(field, wanted)) {
        const known = values.get(value.toLowerCase());
        if (known === undefined) notes.push(noSuchValue(field, value, values));
        else for (const row of known.rows) hasOne[row] = 1;
      }
      for (let row = 0; row < allowed.length; row++) if (hasOne[row] === 0) allowed[row] = 0;
    }
    return { allowed, count: allowed.reduce((sum, one) => sum + one, 0), notes };
  }
}

function wantedValues(field: string, wanted: string | readonly string[]): readonly string[] {
  const values: unknown = typeof wanted === 'string' ? [wanted] : wanted;
  if (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'string')) return values;
  throw new KaleidoError({
    source: 'search',
    problem: `where.${field} must be a text or a list of texts`,
    found: wanted,
    advice: 'leave the field out to allow all values',
  });
}

function unknownField(field: string, known: readonly string[]): KaleidoError {
  return new KaleidoError({
    source: 'search',
    problem: 'no product of the index has a field of this name',
    found: field,
    advice:
      known.length === 0
        ? 'its products have no labels'
        : `${didYouMean(field, known)} known are ${known.join(', ')}`.trim(),
  });
}

/** Values that a note lists. */
const mostValues = 12;

function noSuchValue(field: string, value: string, values: FieldLabels): string {
  const all = [...values.values()].map(({ written }) => written);
  const some = all.slice(0, mostValues).join(', ');
  const meant = didYouMean(value, all);
  const more = all.length > mostValues ? ` and ${all.length - mostValues} more` : '';
  return `no product has ${field} "${value}"; ${meant === '' ? '' : `${meant} `}it has ${some}${more}`;
}
