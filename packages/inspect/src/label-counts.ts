import type { Product } from '@kaleido/data';
import type { LabelInspection } from './inspection.ts';
import { labelsOf } from './labels-of.ts';

const [mostFields, mostValues, shown] = [100, 10_000, 8];

/** Counts the labels of photographs, field by field. */
export class LabelCounts {
  readonly #fields = new Map<string, { photographs: number; isCounted: boolean; values: Map<string, number> }>();

  add(product: Product): void {
    for (const [field, value] of labelsOf(product)) this.#count(field, value);
  }

  /** In the order in which fields first occurred. */
  inspections(): LabelInspection[] {
    return [...this.#fields].map(([field, { photographs, isCounted, values }]) => ({
      field,
      photographs,
      values: values.size,
      isCounted,
      once: [...values.values()].filter((count) => count === 1).length,
      commonest: [...values]
        .sort(([, a], [, b]) => b - a)
        .slice(0, shown)
        .map(([value, count]) => ({ value, photographs: count })),
    }));
  }

  #count(field: string, value: string): void {
    const found = this.#fields.get(field) ?? { photographs: 0, isCounted: true, values: new Map<string, number>() };
    if (!this.#fields.has(field)) {
      if (this.#fields.size === mostFields) return;
      this.#fields.set(field, found);
    }
    found.photographs++;
    const { values } = found;
    if (values.size < mostValues || values.has(value)) values.set(value, (values.get(value) ?? 0) + 1);
    else found.isCounted = false;
  }
}
