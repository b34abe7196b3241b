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
  /** `file`, `column=NAME`, or `hash:seed=0,validation=0.1,test=0`. */
  readonly splits?: string | undefined;
  /** `none`, or a list of `html`, `entities`, `mojibake`, `white-space`, `longest=600`: what is not named is not done. */
  readonly clean?: string | undefined;
  /** `utf-8` or `latin1`. */
  readonly encoding?: string | undefined;
  /** Of CSV files. */
  readonly delimiter?: string | undefined;
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
    advice: `take one of: ${textEncodings.join(', ')}; UTF-16 is recognised by its byte order mark`,
  });
}
