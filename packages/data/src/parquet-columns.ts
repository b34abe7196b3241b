import { KaleidoError } from '@kaleido/foundation';
import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';
import { labelFields } from './catalogue-row.ts';

/**
 * Checks that a shard has the columns of the KAGL layout in types that can be read.
 * @returns the names of the columns that it has
 * @throws KaleidoError naming the column, what was found, and what is expected
 */
export function checkParquetColumns(path: string, metadata: FileMetaData): ReadonlySet<string> {
  const columns = new Map(parquetSchema(metadata).children.map((column) => [column.element.name, column]));
  const required = (name: string): SchemaTree => {
    const column = columns.get(name);
    if (column === undefined)
      throw new KaleidoError({
        source: 'data',
        problem: `${path} has no column "${name}"`,
        found: [...columns.keys()],
        advice: 'rename or add the column; needed are image, text and item_ID',
      });
    return column;
  };
  const refuse = (column: SchemaTree, expected: string): KaleidoError =>
    new KaleidoError({
      source: 'data',
      problem: `column "${column.element.name}" of ${path} must be ${expected}`,
      found: describe(column),
      advice: 'write the column again in that type',
    });

  const image = required('image');
  const bytes = image.children.find(({ element }) => element.name === 'bytes');
  if (bytes === undefined || bytes.element.type !== 'BYTE_ARRAY' || isRepeated(bytes) || isRepeated(image))
    throw refuse(image, 'a struct of bytes (binary) and path (string)');
  const text = required('text');
  if (text.element.type !== 'BYTE_ARRAY' || isRepeated(text)) throw refuse(text, 'a string');
  const id = required('item_ID');
  if (!['INT64', 'INT32', 'BYTE_ARRAY'].includes(id.element.type ?? '') || isRepeated(id))
    throw refuse(id, 'an integer or a string');
  for (const name of labelFields) {
    const column = columns.get(name);
    if (column !== undefined && (column.children.length > 0 || isRepeated(column)))
      throw refuse(column, 'a string or a number');
  }
  return new Set(columns.keys());
}

function isRepeated({ element }: SchemaTree): boolean {
  return element.repetition_type === 'REPEATED';
}

function describe({ element, children }: SchemaTree): string {
  if (children.length > 0) return `struct of ${children.map((child) => child.element.name).join(', ')}`;
  const logical = element.logical_type?.type ?? element.converted_type;
  return [
    element.repetition_type === 'REPEATED' ? 'list of' : '',
    element.type,
    logical === undefined ? '' : `(${logical})`,
  ]
    .filter((part) => part !== '' && part !== undefined)
    .join(' ');
}
