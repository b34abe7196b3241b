import { fileKind } from '@kaleido/foundation';
import type { DataFile } from './data-file.ts';
import { tarEntries } from './tar-files.ts';

/** How a file of a shard is read; `other` files are not read. */
export type MemberKind = 'image' | 'json' | 'text' | 'other';

/** A file of a shard. */
export interface Member {
  /** Without a leading `./`. */
  readonly name: string;
  readonly kind: MemberKind;
  /** Detected from its first bytes; absent if it is not a picture. */
  readonly mediaType?: string;
  /** Index of the tar entry with the bytes; for a hard link, that of the linked file. */
  readonly entry: number;
  /** Why its bytes are not read; completes a sentence about the file, e.g. `is empty`. */
  readonly problem?: string;
  /** Target of a symbolic or hard link. */
  readonly linksTo?: string;
}

export interface ShardIndex {
  readonly members: readonly Member[];
  /** The reader's error if the shard is truncated or damaged; the members before it are complete. */
  readonly damage?: unknown;
}

/** Larger files are left out: each file is read into memory. */
const mostBytes: Readonly<Record<Exclude<MemberKind, 'other'>, number>> = {
  image: 256 * 2 ** 20,
  json: 16 * 2 ** 20,
  text: 16 * 2 ** 20,
};

/** Read as pictures regardless of their bytes, so that the decoder reports what is wrong with them. */
export const imageExtensions: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif pjpeg png apng webp gif avif heic heif hif tif tiff bmp dib ppm pgm pbm pnm jp2 j2k jxl svg ico psd'.split(
    ' ',
  ),
);
const textExtensions: ReadonlySet<string> = new Set(['txt', 'text', 'caption']);

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly target: string;
  readonly size: number;
  readonly mediaType: string | undefined;
}

/** The names, kinds and first bytes of a shard's files; no file is held in memory. */
export async function indexShard(file: DataFile): Promise<ShardIndex> {
  const entries: Entry[] = [];
  let damage: unknown;
  try {
    for await (const entry of tarEntries(file)) {
      const { name, size, type, target } = entry;
      const mediaType = pictureType(await entry.head(isTextName(name) ? 0 : headBytes));
      entries.push({ name: withoutDot(name), type, target: withoutDot(target), size, mediaType });
    }
  } catch (error) {
    damage = error ?? new Error('unknown');
  }
  // The entry with the bytes of each name. A hard link may point to another one.
  const files = new Map<string, number>();
  for (const [index, { name, type, target }] of entries.entries()) {
    const held = type === 'file' ? index : type === 'link' ? files.get(target) : undefined;
    if (held !== undefined && !files.has(name)) files.set(name, held);
  }
  return {
    members: entries.flatMap((entry, index) => memberOf(entry, index, entries, files) ?? []),
    ...(damage === undefined ? {} : { damage }),
  };
}

/** Undefined for folders, and for files that macOS adds. */
function memberOf(
  entry: Entry,
  index: number,
  entries: readonly Entry[],
  files: ReadonlyMap<string, number>,
): Member | undefined {
  const { name, type } = entry;
  if (type === 'directory' || isMacFile(name)) return undefined;
  const held = type === 'link' ? (files.get(entry.target) ?? -1) : index;
  const { size, mediaType } = entries[held] ?? entry;
  const kind = memberKind(name, mediaType);
  const problem = problemOf(entry, held, kind, size);
  const isLink = type === 'symlink' || type === 'link';
  return {
    name,
    kind,
    ...(mediaType === undefined ? {} : { mediaType }),
    entry: held,
    ...(problem === undefined ? {} : { problem }),
    ...(isLink ? { linksTo: entry.target } : {}),
  };
}

function problemOf({ name, type }: Entry, held: number, kind: MemberKind, size: number): string | undefined {
  if (isUnsafe(name)) return 'has a path that leads outside of the shard';
  if (type === 'symlink') return 'is a symbolic link, which is not followed';
  if (held < 0) return 'is a hard link to a file that is not in the shard';
  if (type !== 'file' && type !== 'link') return `is a ${type.replace('-', ' ')}, not a file`;
  if (size === 0) return 'is empty';
  if (kind !== 'other' && size > mostBytes[kind]) return `is larger than ${megabytes(mostBytes[kind])}`;
  return undefined;
}

function memberKind(name: string, mediaType: string | undefined): MemberKind {
  const extension = extensionOf(name);
  if (extension === 'json') return 'json';
  if (textExtensions.has(extension)) return 'text';
  return imageExtensions.has(extension) || mediaType !== undefined ? 'image' : 'other';
}

function isTextName(name: string): boolean {
  const extension = extensionOf(name);
  return extension === 'json' || textExtensions.has(extension);
}

/** In lower case, without the dot. */
function extensionOf(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot < 0 ? '' : base.slice(dot + 1).toLowerCase();
}

/** Enough for the signatures of pictures. */
const headBytes = 1100;

/** From a file's first bytes; undefined if it is not a picture. TGA is left out: it has no signature. */
function pictureType(head: Uint8Array): string | undefined {
  const kind = head.length === 0 ? undefined : fileKind(head);
  const isPicture =
    kind?.group === 'picture' && kind.mediaType.startsWith('image/') && kind.mediaType !== 'image/x-tga';
  return isPicture ? kind.mediaType : undefined;
}

/** `._name` contains the attributes of `name`; the others are written by the Finder. */
function isMacFile(name: string): boolean {
  const parts = name.split('/');
  const base = parts.at(-1) ?? '';
  return base.startsWith('._') || base === '.DS_Store' || parts.includes('__MACOSX');
}

function isUnsafe(name: string): boolean {
  return name.startsWith('/') || name.split('/').includes('..');
}

function withoutDot(name: string): string {
  return name.replace(/^(?:\.\/+)+/, '');
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
