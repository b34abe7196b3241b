import { type CleaningOptions, defaultCleaning } from './clean-text.ts';
import type { MappingChoice } from './mapping/column-mapping.ts';
import type { DataReading } from './open-data.ts';
import { cleaningSteps, type DataReadingTexts } from './parse-data-reading.ts';
import { formatSplitRule, parseSplitRule } from './split-rule.ts';

/**
 * The options of a command line that read data so; `parseDataReading` reads them. Equal readings have equal texts,
 * whatever the order in which a user wrote them.
 */
export function formatDataReading({ map, splits, clean, encoding, delimiter }: DataReading): DataReadingTexts {
  return {
    ...(map === undefined ? {} : { map: formatMapping(map) }),
    ...(splits === undefined ? {} : { splits: formatSplitRule(parseSplitRule(splits)) }),
    ...(clean === undefined ? {} : { clean: formatCleaning(clean) }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
}

/** A list, or JSON where the name of a column has letters that a list cannot hold. */
function formatMapping(map: MappingChoice): string {
  const fields = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  const isPlain = fields.length > 0 && fields.every(([, columns]) => columns.every(isPlainName));
  if (!isPlain) return JSON.stringify(Object.fromEntries(fields));
  return fields.map(([field, columns]) => `${field}=${columns.join('+')}`).join(',');
}

function isPlainName(column: string): boolean {
  return column !== '' && column.trim() === column && !/[,+]/.test(column);
}

function formatCleaning(clean: CleaningOptions): string {
  const all = { ...defaultCleaning, ...clean };
  const done = Object.entries(cleaningSteps).flatMap(([name, step]) => (all[step] ? [name] : []));
  if (all.longest > 0) done.push(`longest=${all.longest}`);
  return done.length === 0 ? 'none' : done.join(',');
}
