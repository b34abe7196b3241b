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
  const label = fieldValue(record, field);
  if (label === undefined || label === null || label === '') return undefined;
  if (typeof label === 'string') return label;
  throw new KaleidoError({
    source: 'fine-tuning',
    problem: `labels must be strings, and "${field}" is not`,
    found: label,
    advice: Array.isArray(label) ? 'use multiLabel for lists' : 'turn numbers and the like into strings',
  });
}

/**
 * A record's tags, each once: a list, or a text that is cut at `separator`. Undefined if absent; an empty list or text is
 * a record without any tag.
 * @throws KaleidoError for tags that are not strings
 */
export function tagsOf(record: Labelled, field: string, separator?: string): readonly string[] | undefined {
  const value = fieldValue(record, field);
  if (value === undefined || value === null) return undefined;
  const tags = typeof value === 'string' ? (separator === undefined ? [value] : value.split(separator)) : value;
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'))
    return [...new Set((tags as string[]).map((tag) => tag.trim()))].filter((tag) => tag !== '');
  throw new KaleidoError({
    source: 'fine-tuning',
    problem: `tags must be a list of strings, or one text, and "${field}" is not`,
    found: value,
    advice: 'pass a list such as ["red", "cotton"]',
  });
}

function fieldValue(record: Labelled, field: string): unknown {
  const own: unknown = record[field];
  return field === 'category' || field === 'subcategory' ? own : (record.attributes?.[field] ?? own);
}

/** Label fields with their classes, and each record's class. */
export interface FieldLabels {
  readonly fields: ClassificationField[];
  readonly rows: Map<string, Int32Array>;
}

/**
 * The classes of each field, in alphabetical order, and each record's class; -1 for none.
 * @param adviceFor the error's advice for a field
 * @throws KaleidoError for a field with fewer than two classes
 */
export function fieldLabels(
  records: readonly Labelled[],
  fields: readonly string[],
  adviceFor?: (field: string) => string,
): FieldLabels {
  const found = labelsOf(records, fields);
  for (const field of found.fields) if (!isOpen(field)) throw tooFewClasses(field, adviceFor);
  return found;
}

/**
 * As `fieldLabels`, but beside a field with two classes there may be one with a single class, whose answer is always the
 * same.
 */
export function fieldLabelsOrConstants(records: readonly Labelled[], fields: readonly string[]): FieldLabels {
  const found = labelsOf(records, fields);
  const enough = found.fields.some(isOpen) ? 1 : 2;
  for (const field of found.fields) if (field.classes.length < enough) throw tooFewClasses(field);
  return found;
}

/** Whether a field has more than one answer. */
export function isOpen({ classes }: ClassificationField): boolean {
  return classes.length > 1;
}

function labelsOf(records: readonly Labelled[], fields: readonly string[]): FieldLabels {
  const rows = new Map<string, Int32Array>();
  const described = fields.map((name) => {
    const labels = records.map((record) => labelOf(record, name));
    const classes = [...new Set(labels.filter((label) => label !== undefined))].sort();
    rows.set(name, classNumbers(labels, classes));
    return { name, classes };
  });
  return { fields: described, rows };
}

function tooFewClasses(
  { name, classes }: ClassificationField,
  adviceFor: (field: string) => string = () => 'check the name of the field, and that the records have it',
): KaleidoError {
  return new KaleidoError({
    source: 'fine-tuning',
    problem: `a classifier of "${name}" needs at least two different labels`,
    found: classes,
    advice: adviceFor(name),
  });
}

/** The place of each label among the classes; -1 for none, and for a class that is not there. */
export function classNumbers(labels: readonly (string | undefined)[], classes: readonly string[]): Int32Array {
  const numbers = new Map(classes.map((label, index) => [label, index]));
  return Int32Array.from(labels, (label) => (label === undefined ? -1 : (numbers.get(label) ?? -1)));
}

/** How many items have each of these names that is not among the known ones. */
export function countUnknown(
  names: Iterable<string | undefined>,
  known: readonly string[],
): Readonly<Record<string, number>> {
  const classes = new Set(known);
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined && !classes.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
