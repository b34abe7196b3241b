import { type FileGroup, fileKind, KaleidoError } from '@kaleido/foundation';
import { type ImageFormat, type ImageHeader, imageHeader } from './image-header.ts';

/** Pictures with more pixels are refused before they are decoded: 50 million are 150 MB as RGB. */
export const mostPixels = 50_000_000;

/** Pictures with a longer side are refused too: some code allocates memory for a whole line of pixels. */
export const longestSide = 65_535;

/** What a decoder supports, and what it lacks. */
export interface DecoderAbilities {
  /** The usual names of the formats, for errors. */
  readonly formats: Readonly<Partial<Record<ImageFormat, string>>>;
  /** Start of the error that lists the `formats`, e.g. `browsers decode`. */
  readonly subject: string;
  /** Why HEVC, the usual compression of HEIC, is not read. */
  readonly withoutHevc: string;
}

/** Makes the error for a file that cannot be decoded. */
export type RefuseImage = (reason: string, cause?: unknown, advice?: string) => KaleidoError;

const advices: Readonly<Record<FileGroup, string>> = {
  picture: 'convert it to JPEG or PNG',
  media: 'replace the file by a picture',
  container: 'replace the file by a picture',
  text: 'download the picture again',
  pointer: 'replace the file by the picture itself',
  encoded: 'decode the text to bytes first',
  lost: 'copy or download the picture again',
};

/** @param name what to call the file, e.g. the product's id */
export function imageRefusals(name: string): RefuseImage {
  return (reason, cause, advice = 'replace the file') =>
    new KaleidoError({
      source: 'kaleido-patches',
      problem: `cannot decode the image ${name}`,
      found: reason,
      advice: `${advice}, or leave the product out`,
      ...(cause === undefined ? {} : { cause }),
    });
}

/**
 * Checks a file's format and claimed size before it is decoded.
 * @returns its format, and its size if the header contains it
 * @throws KaleidoError for a file that is not a picture, has an unsupported format, or would be too large
 */
export function assertDecodable(bytes: Uint8Array, abilities: DecoderAbilities, refuse: RefuseImage): ImageHeader {
  const header = imageHeader(bytes);
  const isHevc = fileKind(bytes)?.mediaType.startsWith('image/heic') ?? false;
  if (header === undefined || isHevc || abilities.formats[header.format] === undefined)
    throw refuseKind(bytes, abilities, refuse);
  const { size } = header;
  if (size === undefined) return header;
  if (size.width < 1 || size.height < 1) throw refuse(`a picture of ${size.width} x ${size.height} pixels`);
  if (Math.max(size.width, size.height) > longestSide)
    throw refuse(`${size.width} x ${size.height} pixels, of ${longestSide.toLocaleString('en')} a side at most`);
  // A GIF's canvas may be larger than its frames; the canvas is decoded.
  if (size.width * size.height > mostPixels)
    throw refuse(`${size.width} x ${size.height} pixels, of ${mostPixels.toLocaleString('en')} at most`);
  return header;
}

/** The error for an unsupported format, or for a file that is not a picture, naming what it is. */
function refuseKind(bytes: Uint8Array, abilities: DecoderAbilities, refuse: RefuseImage): KaleidoError {
  const kind = fileKind(bytes);
  if (kind === undefined) {
    const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return refuse(`a file of no known kind, which begins with the bytes ${start}`);
  }
  const { group, name, mediaType } = kind;
  const advice = /Git LFS/.test(name) ? 'run git lfs pull where it comes from' : advices[group];
  if (mediaType.startsWith('image/heic'))
    return refuse(`${name}; ${abilities.withoutHevc}`, undefined, 'convert it to JPEG');
  if (group !== 'picture')
    return refuse(group === 'text' || group === 'container' ? `${name}, not a picture` : name, undefined, advice);
  const read = new Intl.ListFormat('en', { type: 'conjunction' }).format(Object.values(abilities.formats));
  return refuse(`${name}; ${abilities.subject} ${read}`, undefined, advice);
}
