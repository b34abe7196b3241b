import { imageExtensions, type Member } from './webdataset-index.ts';

/** The files of one key in one shard. */
export interface Sample {
  readonly key: string;
  /** Whether an earlier sample of the shard has the same key and files of the same names. */
  readonly repeats: boolean;
  readonly members: readonly Member[];
}

export interface GroupedMembers {
  /** In the order of their first files. */
  readonly samples: readonly Sample[];
  /** Files that belong to no sample: hidden, or without an extension. */
  readonly ignored: readonly Member[];
}

interface NameParts {
  /** Up to the first dot of the base name. */
  readonly shortKey: string;
  /** Up to the last dot of the base name. */
  readonly longKey: string;
}

/**
 * Groups the files of a shard into samples. The files of a sample share a key; they may be in any order.
 *
 * A key ends at the first dot of the base name, as in WebDataset: `a/7.jpg` and `a/7.json`, and also `7.input.jpg` and
 * `7.outputs.txt`, are one sample. If that would merge several products (`dress v2.0.jpg` and `dress v2.0.txt` with
 * `dress v2.1.jpg` and `dress v2.1.txt`), the key ends at the last dot.
 */
export function groupMembers(members: readonly Member[]): GroupedMembers {
  const groups = new Map<string, { readonly member: Member; readonly parts: NameParts }[]>();
  const ignored: Member[] = [];
  for (const member of members) {
    const parts = nameParts(member);
    if (parts === undefined) ignored.push(member);
    else {
      const group = groups.get(parts.shortKey);
      if (group === undefined) groups.set(parts.shortKey, [{ member, parts }]);
      else group.push({ member, parts });
    }
  }
  const shapes = new Map([...groups].map(([shortKey, group]) => [shortKey, shapeOf(shortKey, group)]));
  const hasDottedNames = [...shapes.values()].some(({ holdsSeveral }) => holdsSeveral);
  const samples = new Map<string, { key: string; repeats: boolean; members: Member[] }>();
  const timesSeen = new Map<string, number>();
  for (const member of members) {
    const parts = nameParts(member);
    if (parts === undefined) continue;
    const key = endsAtLastDot(shapes.get(parts.shortKey) as GroupShape, hasDottedNames)
      ? parts.longKey
      : parts.shortKey;
    // A repeated file name begins another sample, so that picture and caption of two are never mixed.
    const times = timesSeen.get(member.name) ?? 0;
    timesSeen.set(member.name, times + 1);
    const place = `${times} ${key}`;
    const sample = samples.get(place);
    if (sample === undefined) samples.set(place, { key, repeats: times > 0, members: [member] });
    else sample.members.push(member);
  }
  return { samples: [...samples.values()], ignored };
}

/** The form of file names that are equal up to their first dot. */
interface GroupShape {
  /** Whether some names have one dot only, as `7.jpg`: there the keys up to the first and to the last dot are equal. */
  readonly hasPlain: boolean;
  /** Whether these include both a picture and a text. */
  readonly isPlainPaired: boolean;
  readonly longKeys: number;
  /** Whether the text between first and last dot looks like a word, as `input` in `7.input.jpg`. */
  readonly hasWords: boolean;
  /** Whether these files are clearly several products. */
  readonly holdsSeveral: boolean;
}

function shapeOf(
  shortKey: string,
  group: readonly { readonly member: Member; readonly parts: NameParts }[],
): GroupShape {
  const kinds = new Map<string, Set<string>>();
  for (const { member, parts } of group) {
    const found = kinds.get(parts.longKey) ?? new Set();
    kinds.set(parts.longKey, found.add(member.kind));
  }
  const isPaired = (found: ReadonlySet<string> | undefined): boolean =>
    found?.has('image') === true && (found.has('json') || found.has('text'));
  const isWord = (longKey: string): boolean =>
    /^[A-Za-z_][\w-]*(?:\.[\w-]+)*$/.test(longKey.slice(shortKey.length + 1));
  const dotted = [...kinds.keys()].filter((longKey) => longKey !== shortKey);
  const paired = dotted.filter((longKey) => isPaired(kinds.get(longKey)));
  return {
    hasPlain: kinds.has(shortKey),
    isPlainPaired: isPaired(kinds.get(shortKey)),
    longKeys: kinds.size,
    hasWords: dotted.every(isWord),
    holdsSeveral: paired.length > 1 || paired.some((longKey) => !isWord(longKey)),
  };
}

function endsAtLastDot(shape: GroupShape, hasDottedNames: boolean): boolean {
  if (shape.holdsSeveral || shape.longKeys === 1) return true;
  if (shape.hasPlain) return hasDottedNames && !shape.isPlainPaired;
  return hasDottedNames || !shape.hasWords;
}

/** Undefined for a name without a key. A picture needs no extension. */
function nameParts({ name, kind }: Member): NameParts | undefined {
  const base = name.lastIndexOf('/') + 1;
  const first = name.indexOf('.', base);
  if (first === base || base === name.length) return undefined;
  if (first < 0) return kind === 'image' ? { shortKey: name, longKey: name } : undefined;
  const stem = name.slice(0, name.lastIndexOf('.'));
  // `x.jpg.txt` is named after the picture `x.jpg`.
  const dot = stem.lastIndexOf('.');
  const isForPicture = kind !== 'image' && dot >= first && imageExtensions.has(stem.slice(dot + 1).toLowerCase());
  return { shortKey: name.slice(0, first), longKey: isForPicture ? stem.slice(0, dot) : stem };
}
