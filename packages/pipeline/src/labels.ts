import { KaleidoError } from '@kaleido/foundation';
import type { ClassificationField } from '@kaleido/model';

/** A product or any other record with labels. */
export interface Labelled {
  readonly attributes?: Readonly<Record<string, string>>;
  /** A label, or any other value of the record. */
  // biome-ignore lint/suspicious/noExplicitAny: with `unknown`, records whose type is an interface would not fit
  readonly [field: string]: any;
}

/**
 * A record's label: its own property of that name, e.g. `category`, or one of its `attributes`, which take precedence
 * except for `category` and `subcategory`. Undefined if empty or absent.
 * @throws KaleidoError for a label that is not a string
 */
export function labelOf(record: Labelled, field: string): string | undefined {
  const own: unknown = record[field];
  const label = field === 'category' || field === 'subcategory' ? own : (record.attributes?.[field] ?? own);
  if (label === undefined || label === null || label === '') return undefined;
  if (typeof label === 'string') return label;
  throw new KaleidoError({
    source: 'pipeline',
    problem: `labels must be strings, and "${field}" is not`,
    found: label,
    advice: 'turn numbers and the like into strings',
  });
}

/**
 * The classes of each field, in alphabetical order, and each record's class; -1 for none.
 * @param adviceFor the error's advice for a field
 * @throws KaleidoError for a field with fewer than two classes
 */
export function fieldLabels(
  records: readonly Labelled[],
  fields: readonly string[],
  adviceFor: (field: string) => string = () => 'check the name of the field, and that the records have it',
): { readonly fields: ClassificationField[]; readonly rows: Map<string, Int32Array> } {
  const rows = new Map<string, Int32Array>();
  const described = fields.map((name) => {
    const labels = records.map((record) => labelOf(record, name));
    const classes = [...new Set(labels.filter((label) => label !== undefined))].sort();
    if (classes.length < 2)
      throw new KaleidoError({
        source: 'pipeline',
        problem: `a classifier of "${name}" needs at least two different labels`,
        found: classes,
        advice: adviceFor(name),
      });
    const numbers = new Map(classes.map((label, index) => [label, index]));
    rows.set(
      name,
      Int32Array.from(labels, (label) => (label === undefined ? -1 : (numbers.get(label) as number))),
    );
    return { name, classes };
  });
  return { fields: described, rows };
}
