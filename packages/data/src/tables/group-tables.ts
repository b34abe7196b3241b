import { basename } from 'node:path';
import { splitInFileName } from '../mapping/split-names.ts';
import type { Table } from './table.ts';

/** Tables with the same columns, by split. */
export type TablesBySplit = ReadonlyMap<string | undefined, readonly Table[]>;

/** Tables of one catalogue, and those beside them that are not read. */
export interface TableGroup {
  readonly tables: TablesBySplit;
  readonly others: readonly Table[];
}

/**
 * Groups tables by their columns, the group with the most tables first: tables with other columns are not of the same
 * catalogue. If file names of a group say two or more splits, its other tables are not read; else names say nothing.
 */
export function groupTables(tables: readonly Table[]): TableGroup[] {
  const groups = new Map<string, Table[]>();
  for (const table of tables) {
    const key = [...table.columns].sort().join('\0');
    groups.set(key, [...(groups.get(key) ?? []), table]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length).map(bySplit);
}

function bySplit(tables: readonly Table[]): TableGroup {
  const found = new Map<string | undefined, Table[]>();
  for (const table of tables) {
    const split = splitInFileName(basename(table.path));
    found.set(split, [...(found.get(split) ?? []), table]);
  }
  const others = found.get(undefined) ?? [];
  found.delete(undefined);
  if (found.size < 2 && others.length > 0) return { tables: new Map([[undefined, tables]]), others: [] };
  return { tables: new Map([...found].sort(([a = ''], [b = '']) => (a < b ? -1 : 1))), others };
}
