import { readFile } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import { decodeText, didYouMean, KaleidoError, parseJson } from '@kaleido/foundation';
import { z } from 'zod';

/** One file of a manifest. */
export interface ManifestFile {
  readonly url: string;
  /** Of the whole file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** Its path relative to the target folder. Default: the last part of the address. */
  readonly path: string;
  /** The kind of archive, to unpack it into a folder with its name next to it. Default: it is not unpacked. */
  readonly unpack?: ArchiveKind | undefined;
  /** The most bytes it may unpack to. Default: twenty times its size. */
  readonly unpackedSize: number;
}

const archiveKinds = ['tar', 'tar.gz', 'zip'] as const;

export type ArchiveKind = (typeof archiveKinds)[number];

const bytes = z.number().int().nonnegative();

const fileSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i),
  size: bytes,
  path: z.string().min(1).optional(),
  unpack: z.enum(archiveKinds).optional(),
  unpackedSize: bytes.optional(),
});

const schema = z.strictObject({
  files: z
    .array(
      fileSchema.refine(({ unpack, unpackedSize }) => unpack !== undefined || unpackedSize === undefined, {
        path: ['unpackedSize'],
        message: 'has no effect without "unpack"',
      }),
    )
    .nonempty(),
});

/**
 * Reads a manifest: `{ "files": [{ "url", "sha256", "size", "path"?, "unpack"?, "unpackedSize"? }] }`.
 * @throws KaleidoError naming an invalid, missing or unknown key; for a path that leads outside; for two equal paths
 */
export async function readManifest(path: string): Promise<readonly ManifestFile[]> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw wrong(path, 'cannot be read', cause.code ?? cause.message, cause);
  });
  const origin = { source: 'data', name: `the manifest ${path}` };
  const parsed = schema.safeParse(parseJson(decodeText(bytes, origin), origin));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    if (issue?.code === 'unrecognized_keys') {
      const known = issue.path.length === 0 ? ['files'] : Object.keys(fileSchema.shape);
      throw wrong(
        path,
        `has an unknown key${issue.path.length === 0 ? '' : ` in "${issue.path.join('.')}"`}`,
        issue.keys.join(', '),
        undefined,
        didYouMean(issue.keys[0] ?? '', known),
      );
    }
    throw wrong(path, `is wrong at "${issue?.path.join('.') ?? ''}"`, issue?.message);
  }
  const taken = new Set<string>();
  return parsed.data.files.map((file) => {
    const place = normalize(file.path ?? lastPart(file.url, path));
    if (place === '.' || place === '' || !staysInside(place)) throw wrong(path, 'has a path that leads nowhere', place);
    if (taken.has(place)) throw wrong(path, 'has two files of one path', place);
    taken.add(place);
    return {
      url: file.url,
      sha256: file.sha256.toLowerCase(),
      size: file.size,
      path: place,
      unpackedSize: file.unpackedSize ?? 20 * file.size,
      ...(file.unpack === undefined ? {} : { unpack: file.unpack }),
    };
  });
}

/** The file name of an address. */
function lastPart(url: string, manifest: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    throw wrong(manifest, 'has an address whose file name cannot be decoded: give the file a "path"', url);
  }
}

/** Whether an untrusted path is relative and stays below its folder. */
export function staysInside(path: string): boolean {
  return (
    !isAbsolute(path) &&
    !/^[a-z]:/i.test(path) &&
    !path.includes('\0') &&
    !path.split(/[\\/]/).some((part) => part === '..')
  );
}

function wrong(path: string, problem: string, found: unknown, cause?: unknown, nearest = ''): KaleidoError {
  return new KaleidoError({
    source: 'data',
    problem: `the manifest ${path} ${problem}`,
    found,
    advice: `${nearest}${nearest && ' '}a manifest is { "files": [{ "url", "sha256", "size", "path"?, "unpack"?, "unpackedSize"? }] }`,
    cause,
  });
}
