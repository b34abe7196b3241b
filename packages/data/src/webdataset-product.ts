import { KaleidoError, parsePythonJson } from '@kaleido/foundation';
import { catalogueRowToProduct, textOf, UnusableCell } from './catalogue-row.ts';
import type { Product, SkippedProduct } from './product.ts';
import type { Member, MemberKind } from './webdataset-index.ts';
import type { Sample } from './webdataset-samples.ts';

/** The files of a sample to read; each is the best readable one of its kind. */
export interface SampleFiles {
  readonly image?: Member;
  readonly json?: Member;
  readonly text?: Member;
}

/** A warning about a sample that became a product. */
export interface SampleNote {
  /** The general problem, e.g. `several pictures in a sample, of which one is read`. */
  readonly about: string;
  /** The problem in this sample. */
  readonly example: string;
}

export interface SampleResult {
  readonly result: Product | SkippedProduct;
  /** Whether the id is the key, because the sample has no `item_ID`. */
  readonly hasKeyAsId: boolean;
  readonly notes: readonly SampleNote[];
}

/** Formats of photographs come before those of masks and previews. */
const mediaTypes = [
  'image/jpeg',
  'image/webp',
  'image/avif',
  'image/heic',
  'image/heif',
  'image/tiff',
  'image/png',
  'image/gif',
];

/**
 * Of several pictures: one that is a picture by its bytes, then the one with the fewest dots in its name (`7.jpg` before
 * `7.mask.jpg`), then by format (JPEG, WebP, AVIF, HEIF, TIFF, PNG, GIF, others), then the first in the shard. Of
 * several texts or JSON files: the one with the fewest dots, then the first.
 */
export function chooseFiles({ members }: Sample): SampleFiles {
  const [image] = ofKind(members, 'image');
  const [json] = ofKind(members, 'json');
  const [text] = ofKind(members, 'text');
  return { ...(image && { image }), ...(json && { json }), ...(text && { text }) };
}

/**
 * A sample as a product, or the reason why it is not one.
 * @param bytesOf returns the bytes of a file that `chooseFiles` chose
 * @param place where it is, e.g. `sample 000007 of train-000000.tar`
 */
export function sampleToProduct(
  sample: Sample,
  files: SampleFiles,
  bytesOf: (member: Member) => Uint8Array,
  place: string,
): SampleResult {
  const notes: SampleNote[] = [];
  const json = files.json && readJson(bytesOf(files.json));
  const text = files.text && decodeText(bytesOf(files.text));
  const fields = json?.fields ?? {};
  const itemId = isExactId(fields.item_ID) ? readableText(fields.item_ID) : undefined;
  const id = itemId ?? sample.key;
  const skip = (kind: string, detail = ''): SampleResult => ({
    result: { id, reason: `${place} ${kind}${detail}`, kind },
    hasKeyAsId: itemId === undefined,
    notes: [],
  });
  if (files.image === undefined) return skip(...whyNone(sample, ['image'], 'has no image'));
  const caption = [fields.text, fields.caption, text?.text].map(readableText).find((found) => found !== undefined);
  if (caption === undefined) {
    const unusable = [fields.text, fields.caption].map(textOf).find((found) => found instanceof UnusableCell);
    if (unusable instanceof UnusableCell) return skip(`has a text that ${unusable.problem}`, `: ${files.json?.name}`);
    if (json?.problem !== undefined)
      return skip(`has JSON that ${json.problem}`, `: ${files.json?.name}${json.detail}`);
    if (text?.problem !== undefined) return skip(`has a text that ${text.problem}`, `: ${files.text?.name}`);
    return skip(...whyNone(sample, ['text', 'json'], 'has no text'));
  }
  if (json?.problem !== undefined)
    notes.push({
      about: `JSON that ${json.problem}: the caption is that of the text file, labels and item_ID are missing`,
      example: `${files.json?.name}${json.detail}`,
    });
  if (json?.hasNoNumbers === true)
    notes.push({ about: 'NaN or Infinity in the JSON, read as no value', example: `${files.json?.name}` });
  if (itemId === undefined && textOf(fields.item_ID) !== undefined)
    notes.push({
      about: 'an item_ID that is not text or an exact number: the id is the key',
      example: `${files.json?.name}`,
    });
  const [chosen, other] = ofKind(sample.members, 'image');
  if (other !== undefined)
    notes.push({
      about: 'several pictures in a sample, of which one is read',
      example: `${chosen?.name}, not ${other.name}`,
    });
  for (const kind of ['json', 'text'] as const) {
    const [read, left] = ofKind(sample.members, kind);
    if (left !== undefined)
      notes.push({
        about: `several ${kind === 'json' ? 'JSON' : kind} files in a sample, of which one is read`,
        example: `${read?.name}, not ${left.name}`,
      });
  }
  const image = { bytes: bytesOf(files.image) };
  const result = catalogueRowToProduct({ ...fields, image, text: caption, item_ID: id }, place, (label, problem) =>
    notes.push({ about: `labels "${label}" are left out where they cannot be read`, example: problem }),
  );
  return { result, hasKeyAsId: itemId === undefined, notes };
}

/** The readable files of a kind, the best first. */
function ofKind(members: readonly Member[], kind: MemberKind): Member[] {
  const dots = ({ name }: Member): number => name.slice(name.lastIndexOf('/') + 1).split('.').length;
  const rank = ({ mediaType = '' }: Member): number => {
    const found = mediaTypes.indexOf(mediaType);
    return found < 0 ? mediaTypes.length : found;
  };
  const order = (a: Member, b: Member): number => {
    if (kind !== 'image') return dots(a) - dots(b);
    const isNone = ({ mediaType }: Member): number => (mediaType === undefined ? 1 : 0);
    return isNone(a) - isNone(b) || dots(a) - dots(b) || rank(a) - rank(b);
  };
  return members.filter((member) => member.kind === kind && member.problem === undefined).sort(order);
}

/** Why no file of these kinds can be read: the problem of the first one, or that there is none. */
function whyNone({ members }: Sample, kinds: readonly MemberKind[], missing: string): [kind: string, detail: string] {
  const unreadable = members.find(({ kind, problem }) => kinds.includes(kind) && problem !== undefined);
  if (unreadable !== undefined) {
    const { name, kind, problem, linksTo } = unreadable;
    const detail = linksTo === undefined ? name : `${name} to ${linksTo}`;
    return [`${missing}: its ${kind === 'json' ? 'JSON' : kind} ${problem}`, ` (${detail})`];
  }
  const names = members.map(({ name }) => name);
  return [missing, `; its files: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' ...' : ''}`];
}

/** JSON numbers beyond 2^53 lose digits when they are read: two products could share the rounded one. */
function isExactId(id: unknown): boolean {
  return typeof id !== 'number' || Number.isSafeInteger(id);
}

interface ReadText {
  readonly text?: string;
  /** Completes a sentence about the file. */
  readonly problem?: string;
}

/** Decodes UTF-8, or UTF-16 with a byte order mark; the mark is removed. */
function decodeText(bytes: Uint8Array): ReadText {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { problem: 'is not UTF-8' };
  }
}

interface ReadJson {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly problem?: string;
  readonly detail?: string;
  /** Whether it contains NaN or an infinity. */
  readonly hasNoNumbers?: boolean;
}

function readJson(bytes: Uint8Array): ReadJson {
  const { text = '', problem } = decodeText(bytes);
  if (problem !== undefined) return { problem, detail: '' };
  let value: unknown;
  let hasNoNumbers = false;
  try {
    value = parsePythonJson(text, { source: 'data', name: 'the JSON' }, () => {
      hasNoNumbers = true;
    });
  } catch (error) {
    return { problem: 'cannot be parsed', detail: ` (${KaleidoError.isInstance(error) ? error.found : error})` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problem: 'is not an object', detail: '' };
  return { fields: value as Record<string, unknown>, hasNoNumbers };
}

/** A JSON value as text; undefined for a nested one. */
function readableText(value: unknown): string | undefined {
  const text = textOf(value);
  return text instanceof UnusableCell ? undefined : text;
}
