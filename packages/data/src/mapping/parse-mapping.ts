import { didYouMean, KaleidoError, parseJson } from '@kaleido/foundation';
import { fieldNames, type MappedField, type MappingChoice, patternColumns } from './column-mapping.ts';

/** Fields that take several columns. */
const severalColumns: ReadonlySet<MappedField> = new Set(['caption', 'attributes']);

/**
 * Reads a mapping as users write it: `caption=title+description,label=articleType,id=sku`, or a JSON object with the
 * same names, `{"caption": ["title", "description"], "id": "sku"}`. A field without a column is not read: `category=`.
 * @throws KaleidoError for a field that does not exist, with those that do
 */
export function parseMapping(text: string): MappingChoice {
  const pairs = text.trim().startsWith('{') ? pairsOfJson(text) : pairsOfList(text);
  const choice: Partial<Record<MappedField, readonly string[]>> = {};
  for (const [name, columns] of pairs) {
    const field = Object.hasOwn(fieldNames, name) ? fieldNames[name] : undefined;
    if (field === undefined)
      throw new KaleidoError({
        source: 'data',
        problem: `a mapping has no field "${name}"`,
        advice: [didYouMean(name, Object.keys(fieldNames)), `the fields are ${Object.keys(fieldNames).join(', ')}`]
          .filter((part) => part !== '')
          .join(' '),
      });
    if (choice[field] !== undefined) throw refuse(`the mapping has the field "${name}" twice`, text);
    if (columns.length > 1 && !severalColumns.has(field))
      throw refuse(`the field "${name}" of a mapping takes one column`, columns);
    choice[field] = columns;
  }
  return choice;
}

function pairsOfList(text: string): [string, string[]][] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const at = part.indexOf('=');
      if (at < 0) throw refuse('a mapping is written field=column', part);
      const columns = part
        .slice(at + 1)
        .split('+')
        .map((column) => column.trim());
      return [part.slice(0, at).trim(), columns.filter((column) => column !== '')];
    });
}

function pairsOfJson(text: string): [string, string[]][] {
  const value = parseJson(text, { source: 'data', name: 'the mapping' });
  return Object.entries(value as Record<string, unknown>).map(([field, columns]) => {
    const list = Array.isArray(columns) ? columns : columns === null ? [] : [columns];
    if (!list.every((column) => typeof column === 'string'))
      throw refuse(`the field "${field}" of a mapping is a column's name, or a list of them`, columns);
    return [field, list as string[]];
  });
}

function refuse(problem: string, found: unknown): KaleidoError {
  return new KaleidoError({ source: 'data', problem, found, advice: 'write it as caption=title+description,id=sku' });
}

/** @throws KaleidoError for a chosen column that the table lacks, with those it has */
export function requireColumns(choice: MappingChoice, columns: readonly string[], path: string): void {
  for (const [field, chosen] of Object.entries(choice))
    for (const name of chosen.flatMap((column) =>
      field === 'image' ? (patternColumns(column) ?? [column]) : [column],
    ))
      if (!columns.includes(name))
        throw new KaleidoError({
          source: 'data',
          problem: `the mapping takes ${field} from a column that ${path} does not have`,
          found: name,
          advice: [didYouMean(name, columns), `its columns are ${columns.join(', ')}`]
            .filter((part) => part !== '')
            .join(' '),
        });
}
