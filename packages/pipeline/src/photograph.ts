import { KaleidoError } from '@kaleido/foundation';
import type { Platform } from './platform.ts';

/** A picture's file: its bytes, a `Blob` or `File`, or its place: a path or URL in Node, a URL in a page. */
export type ImageFile = Uint8Array | ArrayBuffer | Blob | string | URL;

/** A photograph, alone or in a record, e.g. a product of `@kaleido/data`. */
export type Photograph = ImageFile | PhotographRecord;

export interface PhotographRecord {
  /** Its name in results and errors. Default: `photograph 1`, `photograph 2` and so on, or the file's name. */
  readonly id?: string;
  readonly image: ImageFile | { readonly bytes: Uint8Array };
  /** Read only by a classifier whose inputs are `text` or `both`. */
  readonly caption?: string;
}

/** Several photographs: a list, or a stream that is read on demand. */
export type Photographs = Iterable<Photograph> | AsyncIterable<Photograph>;

/** @param index of the photograph, from 0 */
export function recordOf(photograph: Photograph, index: number): PhotographRecord & { readonly id: string } {
  const numbered = `photograph ${index + 1}`;
  if (typeof photograph === 'string') return { id: photograph, image: photograph };
  if (photograph instanceof URL) return { id: photograph.href, image: photograph };
  if (typeof File !== 'undefined' && photograph instanceof File) return { id: photograph.name, image: photograph };
  if (isFile(photograph)) return { id: numbered, image: photograph };
  if (typeof photograph === 'object' && photograph !== null && 'image' in photograph)
    return { ...photograph, id: photograph.id ?? numbered };
  throw new KaleidoError({
    source: 'pipeline',
    problem: `${numbered} must be bytes, a Blob, a path or URL, or a record with one of them as "image"`,
    found: photograph,
    advice: 'pass the file as it is, not decoded',
  });
}

/** @throws KaleidoError for a file that cannot be read */
export async function bytesOf(
  { id, image }: PhotographRecord & { id: string },
  platform: Platform,
): Promise<Uint8Array> {
  if (typeof image === 'string' || image instanceof URL) return platform.readBytes(image);
  if (image instanceof Uint8Array) return image;
  if (image instanceof ArrayBuffer) return new Uint8Array(image);
  if (image instanceof Blob) return new Uint8Array(await image.arrayBuffer());
  if (image?.bytes instanceof Uint8Array) return image.bytes;
  throw new KaleidoError({
    source: 'pipeline',
    problem: `the image of ${id} must be bytes, a Blob, or a path or URL`,
    found: image,
    advice: 'pass the file as it is, not decoded',
  });
}

/** @throws KaleidoError for a single photograph instead of several */
export function assertSeveral(photographs: unknown): void {
  const single = typeof photographs === 'string' || photographs instanceof URL || isFile(photographs);
  const several =
    typeof photographs === 'object' &&
    photographs !== null &&
    (Symbol.iterator in photographs || Symbol.asyncIterator in photographs);
  if (several && !single) return;
  throw new KaleidoError({
    source: 'pipeline',
    problem: 'photographs must come as a list or a stream',
    found: single ? 'one photograph' : typeof photographs,
    advice: 'put a single one into brackets: [photograph]',
  });
}

function isFile(value: unknown): value is Uint8Array | ArrayBuffer | Blob {
  return value instanceof Uint8Array || value instanceof ArrayBuffer || value instanceof Blob;
}
