import { readFile } from 'node:fs/promises';
import { decodeText, didYouMean, KaleidoError } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';
import { type CleaningOptions, noCleaning } from './clean-text.ts';
import { parseMapping } from './mapping/parse-mapping.ts';
import type { DataReading } from './open-data.ts';
import { parseSplitRule } from './split-rule.ts';
import { type TextEncodingName, textEncodings } from './tables/text-encoding.ts';

/** How data is read, as options of a command line. */
export interface DataReadingTexts {
  /** `caption=title+description,id=sku`, or the path of a JSON file. */
  readonly map?: string | undefined;
  /** `file`, `column=NAME`, `none`, or `hash:seed=0,validation=0.1,test=0`. */
  readonly splits?: string | undefined;
  /** `none`, or a list of `html`, `entities`, `mojibake`, `white-space`, `longest=600`: what is not named is not done. */
  readonly clean?: string | undefined;
  /** `utf-8` or `latin1`. */
  readonly encoding?: string | undefined;
  /** Of CSV files. */
  readonly delimiter?: string | undefined;
}

/** An option of a command line that says how `--data` is read. */
export interface DataOption {
  /** As in `DataReadingTexts`. */
  readonly name: 'map' | 'splits' | 'clean' | 'encoding';
  /** E.g. `--map <mapping>`. */
  readonly flags: string;
  readonly help: string;
}

/** The forms of products that `--data` takes, for the help of a command. */
export const dataForms = 'Parquet, WebDataset, CSV, JSONL or HDF5 files, or photographs';

/** The options of every command that reads `--data`. @param usually what goes if columns and splits are not given */
export function dataOptions(usually = 'as the data says'): readonly DataOption[] {
  return [
    {
      name: 'map',
      flags: '--map <mapping>',
      help: `columns for fields: caption=title+description,label=articleType,id=sku, or a JSON file (default: ${usually})`,
    },
    {
      name: 'splits',
      flags: '--splits <rule>',
      help: `file, column=NAME, none (one split, all) or hash:seed=0,validation=0.1,test=0 (default: ${usually})`,
    },
    {
      name: 'clean',
      flags: '--clean <list>',
      help: 'none, or of html, entities, mojibake, white-space, longest=600: what is done to captions',
    },
    { name: 'encoding', flags: '--encoding <name>', help: 'of CSV and JSONL files: utf-8 or latin1' },
  ];
}

/** @throws KaleidoError naming the option and what it may be */
export async function parseDataReading({
  map,
  splits,
  clean,
  encoding,
  delimiter,
}: DataReadingTexts): Promise<DataReading> {
  // Refused at once, not after minutes.
  if (splits !== undefined) parseSplitRule(splits);
  return {
    ...(map === undefined ? {} : { map: parseMapping(await mappingText(map)) }),
    ...(splits === undefined ? {} : { splits }),
    ...(clean === undefined ? {} : { clean: parseCleaning(clean) }),
    ...(encoding === undefined ? {} : { encoding: parseEncoding(encoding) }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
}

async function mappingText(map: string): Promise<string> {
  if (map.includes('=') || !map.endsWith('.json')) return map;
  const bytes = await readFile(pathFromUser(map)).catch((cause: NodeJS.ErrnoException) => {
    throw new KaleidoError({
      source: 'data',
      problem: `cannot read the mapping ${map}`,
      found: cause.code ?? cause.message,
      advice: 'give a JSON file, or write the mapping itself: caption=title,id=sku',
      cause,
    });
  });
  return decodeText(bytes, { source: 'data', name: `the mapping ${map}` });
}

/** The names of the changes to captions, and the options that they are. */
export const cleaningSteps = {
  html: 'html',
  entities: 'entities',
  mojibake: 'mojibake',
  'white-space': 'whiteSpace',
} as const;

function parseCleaning(text: string): CleaningOptions {
  const names = text === 'none' ? [] : text.split(',').map((name) => name.trim());
  const cleaning: { -readonly [Name in keyof Required<CleaningOptions>]: Required<CleaningOptions>[Name] } = {
    ...noCleaning,
  };
  for (const name of names) {
    const longest = /^longest=(\d{1,6})$/.exec(name)?.[1];
    if (longest !== undefined) cleaning.longest = Number(longest);
    else if (Object.hasOwn(cleaningSteps, name)) cleaning[cleaningSteps[name as keyof typeof cleaningSteps]] = true;
    else
      throw new KaleidoError({
        source: 'data',
        problem: 'there is no such cleaning of captions',
        found: name,
        advice: [
          didYouMean(name, Object.keys(cleaningSteps)),
          `write none, or a list of ${Object.keys(cleaningSteps).join(', ')}, longest=600`,
        ]
          .filter((part) => part !== '')
          .join(' '),
      });
  }
  return cleaning;
}

function parseEncoding(text: string): TextEncodingName {
  const found = textEncodings.find((name) => name === text.toLowerCase());
  if (found !== undefined) return found;
  throw new KaleidoError({
    source: 'data',
    problem: 'this encoding is not read',
    found: text,
    advice: `take one of: ${textEncodings.join(', ')}; a CSV file in UTF-16 that begins with a byte order mark needs no option`,
  });
}
