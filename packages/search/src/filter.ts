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

/** The labels of one field. */
interface FieldLabels {
  /** Values as written, by their lower case. */
  readonly values: Map<string, { readonly code: number; readonly written: string }>;
  /** [rows] the code of a row's value, -1 for none */
  readonly codes: Int32Array;
}

/** The labels of an index's products, by field. */
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
    let labels = this.#fields.get(field);
    if (labels === undefined) {
      labels = { values: new Map(), codes: new Int32Array(this.#index.rows).fill(-1) };
      this.#fields.set(field, labels);
    }
    const key = value.toLowerCase();
    let known = labels.values.get(key);
    if (known === undefined) {
      known = { code: labels.values.size, written: value };
      labels.values.set(key, known);
    }
    labels.codes[row] = known.code;
  }

  /** Fields with their values as written, in the order of the products. */
  get fields(): ReadonlyMap<string, readonly string[]> {
    return new Map(
      [...this.#fields].map(([field, { values }]) => [field, [...values.values()].map(({ written }) => written)]),
    );
  }

  /** @throws KaleidoError for a field that no product has */
  filter(where: Where): Filtered {
    const allowed = this.#index.alive.slice();
    const notes: string[] = [];
    for (const [field, wanted] of Object.entries(where)) {
      const labels = this.#fields.get(field);
      if (labels === undefined) throw unknownField(field, [...this.#fields.keys()]);
      const codes = new Set<number>();
      for (const value of typeof wanted === 'string' ? [wanted] : wanted) {
        const known = labels.values.get(value.toLowerCase());
        if (known === undefined) notes.push(noSuchValue(field, value, labels));
        else codes.add(known.code);
      }
      for (let row = 0; row < allowed.length; row++) if (!codes.has(labels.codes[row] as number)) allowed[row] = 0;
    }
    return { allowed, count: allowed.reduce((sum, one) => sum + one, 0), notes };
  }
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

function noSuchValue(field: string, value: string, { values }: FieldLabels): string {
  const all = [...values.values()].map(({ written }) => written);
  const some = all.slice(0, mostValues).join(', ');
  const meant = didYouMean(value, all);
  const more = all.length > mostValues ? ` and ${all.length - mostValues} more` : '';
  return `no product has ${field} "${value}"; ${meant === '' ? '' : `${meant} `}it has ${some}${more}`;
}
