import { basename, resolve } from 'node:path';
import { KaleidoError, publicAddress } from '@kaleido/foundation';
import { type CleaningOptions, defaultCleaning, noCleaning } from './clean-text.ts';
import { cleanedSource } from './cleaned-source.ts';
import { type DataFile, localFile } from './data-file.ts';
import type { NetworkOptions } from './fetch/network.ts';
import { filesOf } from './files-of.ts';
import { splitByHash } from './hash-splits.ts';
import type { ExplainedMapping, MappingChoice } from './mapping/column-mapping.ts';
import { asOneSplit } from './one-split.ts';
import { openTables } from './open-tables.ts';
import { openWebDataset } from './open-webdataset.ts';
import { openParquetFile } from './parquet-file.ts';
import { openParquetFolder } from './parquet-folder.ts';
import { openParquetShard } from './parquet-shard.ts';
import type { ProductSource } from './product.ts';
import { productSourceOf } from './product-source-of.ts';
import { type RecognisedData, recogniseData } from './recognise-data.ts';
import { recogniseRemote } from './remote/recognise-remote.ts';
import type { RowSource } from './row-source.ts';
import { rowSourceOf } from './row-source-of.ts';
import { defaultHashSplit, parseSplitRule } from './split-rule.ts';
import type { TextEncodingName } from './tables/text-encoding.ts';
import { openWebDatasetFolder } from './webdataset-folder.ts';
import { withPictureFiles } from './with-picture-files.ts';

/** How data is read, as a user may choose it. */
export interface DataReading {
  /** Columns for fields, where the guesses are wrong; `parseMapping` reads what users write. */
  readonly map?: MappingChoice;
  /**
   * `file`, `column=NAME`, `hash:seed=0,validation=0.1,test=0`, or `none`: all products are in one split, `all`. Default:
   * the splits of the data, if it has two or more; else `hash`. Shards and Fashion-Gen's files keep theirs by default, even a single one.
   */
  readonly splits?: string;
  /** Default: `defaultCleaning`; for shards in the layout of KAGL and for WebDataset, captions are read as they are. */
  readonly clean?: CleaningOptions;
  /** Of CSV and JSONL files. Default: UTF-8. */
  readonly encoding?: TextEncodingName;
  /** Of CSV files. Default: found out. */
  readonly delimiter?: string;
}

export interface OpenDataOptions extends DataReading {
  /**
   * Columns of tables that are attributes whatever their values are, if they are there: labels of a model.
   * Guesses need values that differ and repeat, and few rows may not show that. Without effect where `map` names the
   * attributes.
   */
  readonly labels?: readonly string[];
  /** Receives warnings, e.g. about files that are not read. */
  readonly onWarning?: (message: string) => void;
  /** For data behind addresses: how long a connection may fail. */
  readonly network?: NetworkOptions;
}

/** A catalogue, and how it was understood. */
export interface OpenedData extends ProductSource {
  /** One line: what it was taken for, why, and which columns are what. */
  readonly taken: string;
  /** What it was taken for, and why: `CSV (products.csv is there)`. */
  readonly form: string;
  /** Whether a hash has shared it out because it has no splits of its own, and no rule for them was given. */
  readonly isSplitByDefault: boolean;
  /** Absent for data whose columns have fixed names. */
  readonly explained?: ExplainedMapping;
}

/**
 * Opens products in whatever form they come: a file or a folder, or files behind addresses (`https://host/path`, with
 * braces for several, or the path of a `.txt` with one address a line). It recognises Parquet with any columns, WebDataset
 * shards, Fashion-Gen's HDF5, CSV, TSV and JSONL with photographs, and folders of photographs with texts beside them or
 * a folder for each class.
 *
 * Every row becomes a product, or goes to `onSkipped` of `products` with its reason.
 *
 * @throws KaleidoError for what is not recognised, with what is there; for a mapping or splits that do not fit the data
 */
export async function openData(place: string, options: OpenDataOptions = {}): Promise<OpenedData> {
  const path = publicAddress(place);
  const data = (await recogniseRemote(place, options)) ?? (await recogniseData(resolve(place)));
  const { onWarning } = options;
  const chosen = options.splits === undefined ? undefined : parseSplitRule(options.splits);
  refuseUseless(data, path, options);
  // A rule leaves no column to be guessed.
  const map =
    chosen === undefined ? options.map : { ...options.map, split: chosen.column === undefined ? [] : [chosen.column] };
  const opened = await openRows(data, path, {
    ...options,
    ...(map === undefined ? {} : { map }),
    mappedBy:
      options.map !== undefined ? '--map' : chosen?.column !== undefined ? `--splits ${options.splits}` : undefined,
  });
  const { isKept, explained, form } = opened;
  const taken = [`${path}: ${form}`, ...(explained === undefined ? [] : [mappingLine(explained)])].join('; ');
  const usual = isKept && options.clean === undefined ? noCleaning : defaultCleaning;
  const cleaning = { ...usual, ...options.clean };
  const isClean = JSON.stringify(cleaning) === JSON.stringify(noCleaning);
  const source = isClean ? opened.source : cleanedSource(opened.source, cleaning);
  const hasOwn = source.splits.length > 1 || (source.splits.length === 1 && (isKept || data.form === 'fashion-gen'));
  const rule = chosen?.rule ?? (hasOwn ? { kind: 'own' as const } : defaultHashSplit);
  if (rule.kind === 'own' && source.splits.length === 0)
    throw new KaleidoError({
      source: 'data',
      problem: `the files of ${path} name no splits`,
      found: data.files.map((file) => basename(file)).slice(0, 8),
      advice: 'name them train and validation, or take --splits hash or --splits column=NAME',
    });
  const split = rule.kind === 'none' ? asOneSplit(source) : source;
  const catalogue =
    rule.kind === 'hash'
      ? await splitByHash(source, rule, onWarning)
      : productSourceOf(split.hasPictureFiles ? await withPictureFiles(split) : split, onWarning);
  const isSplitByDefault = rule.kind === 'hash' && chosen === undefined;
  return { ...catalogue, taken, form, isSplitByDefault, ...(explained === undefined ? {} : { explained }) };
}

interface OpenedRows {
  readonly source: RowSource;
  readonly form: string;
  readonly explained?: ExplainedMapping;
  /** Whether it is read as before there were mappings: the same products in the same splits. */
  readonly isKept: boolean;
}

/** @throws KaleidoError for options that would have no effect on this data */
function refuseUseless(data: RecognisedData, path: string, { map, splits, encoding, delimiter }: DataReading): void {
  const { form, why } = data;
  const refuse = (problem: string, found: unknown, advice: string): never => {
    throw new KaleidoError({ source: 'data', problem, found, advice });
  };
  if (splits !== undefined && map?.split !== undefined)
    refuse(
      'a mapping says which column has the splits, and so does a rule for splits',
      { 'map split': map.split.join('+'), splits },
      'leave out one of the two',
    );
  if (encoding !== undefined && form !== 'csv' && form !== 'jsonl')
    refuse(
      `an encoding is for CSV and JSONL files, and ${path} holds others (${why})`,
      encoding,
      'leave out --encoding',
    );
  if (delimiter !== undefined && form !== 'csv')
    refuse(`a delimiter is for CSV files, and ${path} holds others (${why})`, delimiter, 'leave out the delimiter');
}

async function openRows(
  data: RecognisedData,
  path: string,
  options: OpenDataOptions & { readonly mappedBy: string | undefined },
): Promise<OpenedRows> {
  const { onWarning, map, labels, encoding, delimiter, mappedBy } = options;
  const opening = onWarning === undefined ? {} : { onWarning };
  const { root, form, files, why } = data;
  const formOf = (what: string): string => `${what} (${why})`;
  if (form === 'parquet shards' && mappedBy === undefined && (await hasKaglColumns(localFile(files[0] ?? '')))) {
    // It warns of other files itself.
    const source = rowSourceOf(await openParquetFolder(root, opening));
    return { source, form: formOf('Parquet in the layout of KAGL'), isKept: true };
  }
  if (data.others.length > 0)
    onWarning?.(
      `@kaleido/data: ${root} also holds files that are not read: ${data.others.slice(0, 8).join(', ')}${data.others.length > 8 ? ` and ${data.others.length - 8} more` : ''}`,
    );
  if (form === 'webdataset shards' || form === 'webdataset') {
    // Opened first: what is wrong with the shards matters more than a useless option.
    const shards =
      form === 'webdataset'
        ? await openWebDataset(root, filesOf(data), opening)
        : await openWebDatasetFolder(root, opening);
    if (mappedBy !== undefined) refuseMap(root, mappedBy);
    return { source: rowSourceOf(shards), form: formOf('WebDataset'), isKept: true };
  }
  // The layout of KAGL under another file name: its columns have fixed types.
  if (form === 'parquet' && mappedBy === undefined)
    for (const file of filesOf(data)) if (await hasKaglColumns(file)) await openParquetShard(file);
  const name = basename(form === 'pictures' ? root : resolve(path));
  const { source, explained } = await openTables(data, { name, map, labels, encoding, delimiter, onWarning });
  return { source, explained, form: formOf(formNames[form]), isKept: false };
}

/** E.g. `id from sku, caption from title + description`. */
function mappingLine({ mapping }: ExplainedMapping): string {
  const { id, product, image, caption, category, subcategory, split } = mapping;
  const fields = { id, product, image, caption: caption.join(' + '), category, subcategory, split };
  return Object.entries(fields)
    .flatMap(([field, from]) => (from === undefined ? [] : [`${field} from ${from}`]))
    .join(', ');
}

const formNames: Readonly<Record<Exclude<RecognisedData['form'], 'webdataset' | 'webdataset shards'>, string>> = {
  'parquet shards': 'Parquet with columns of its own',
  parquet: 'Parquet with columns of its own',
  'fashion-gen': 'Fashion-Gen in HDF5',
  csv: 'CSV',
  jsonl: 'JSONL',
  pictures: 'a folder of photographs',
};

function refuseMap(root: string, option: string): never {
  throw new KaleidoError({
    source: 'data',
    problem: `${option} names columns of tables, and ${root} holds WebDataset shards`,
    advice: 'leave it out: captions are "text" or "caption" of the JSON, or the text file',
  });
}

/** Whether a Parquet file has the columns that a product of the KAGL layout needs. */
async function hasKaglColumns(file: DataFile): Promise<boolean> {
  const names = await openParquetFile(file, ({ metadata: { schema } }) => new Set(schema.map(({ name }) => name)));
  return ['image', 'text', 'item_ID'].every((name) => names.has(name));
}
