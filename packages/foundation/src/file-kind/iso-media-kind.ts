import type { FileKind } from './file-kind.ts';

/** Brands of pictures and the compression of their items; undefined if the brand does not say. */
const pictureBrands: Readonly<Record<string, string | undefined>> = {
  avif: 'AV1',
  avis: 'AV1',
  heic: 'HEVC',
  heix: 'HEVC',
  heim: 'HEVC',
  heis: 'HEVC',
  hevc: 'HEVC',
  hevx: 'HEVC',
  hevm: 'HEVC',
  hevs: 'HEVC',
  avci: 'AVC',
  avcs: 'AVC',
  vvic: 'VVC',
  vvis: 'VVC',
  j2ki: 'JPEG 2000',
  j2is: 'JPEG 2000',
  jpeg: 'JPEG',
  jpgs: 'JPEG',
  mif1: undefined,
  mif2: undefined,
  msf1: undefined,
};

/** Item and sample types of coded pictures. */
const codecs: Readonly<Record<string, string>> = {
  av01: 'AV1',
  hvc1: 'HEVC',
  hev1: 'HEVC',
  lhv1: 'HEVC',
  avc1: 'AVC',
  vvc1: 'VVC',
  vvi1: 'VVC',
  j2k1: 'JPEG 2000',
  jpeg: 'JPEG',
};

const sequenceBrands: ReadonlySet<string> = new Set(['avis', 'hevc', 'hevx', 'hevm', 'hevs', 'msf1', 'avcs', 'vvis']);

/**
 * Files of boxes (ISO 14496-12): MP4 and QuickTime video, and the pictures of HEIF and AVIF. A general brand like
 * `mif1` does not say how a picture is compressed: the types of its items do.
 */
export function isoMediaKind(bytes: Uint8Array, head: string): FileKind | undefined {
  const type = head.slice(4, 8);
  // QuickTime files older than brands.
  if (type === 'moov' || (/^(?:mdat|wide|free|skip)$/.test(type) && head.slice(12, 16).match(/^(?:moov|mdat|wide)$/)))
    return video;
  if (type !== 'ftyp') return undefined;
  const size = bytes[0]! * 2 ** 24 + (bytes[1]! << 16) + (bytes[2]! << 8) + bytes[3]!;
  const listed = head.slice(16, Math.max(16, Math.min(size, 256))).match(/.{4}/gs) ?? [];
  const major = head.slice(8, 12);
  if (major === 'crx ') return { mediaType: 'image/x-canon-cr3', name: 'a camera raw file (CR3)', group: 'picture' };
  if (major === 'jp2 ' || major === 'jpx ')
    return { mediaType: 'image/jp2', name: 'a JPEG 2000 picture', group: 'picture' };
  const isPicture = (brand: string): boolean => Object.hasOwn(pictureBrands, brand);
  const brands = [major, ...listed].filter(isPicture);
  if (!isPicture(major) && (brands.length === 0 || /^(?:iso|mp4|qt|M4|avc1|3g|dash)/.test(major)))
    return major.startsWith('M4A') ? sound : video;
  const found = itemCodecs(bytes);
  const codec = found.has('AV1') ? 'AV1' : ([...found][0] ?? brands.map((brand) => pictureBrands[brand]).find(Boolean));
  const sequence = sequenceBrands.has(major);
  if (codec === 'AV1') return { mediaType: 'image/avif', name: 'an AVIF picture', group: 'picture' };
  const suffix = sequence ? '-sequence' : '';
  const what = sequence ? ' sequence' : '';
  if (codec === 'HEVC')
    return { mediaType: `image/heic${suffix}`, name: `HEVC-compressed HEIC${what}`, group: 'picture' };
  const name = codec === undefined ? `a HEIF picture${what}` : `${codec}-compressed HEIF${what}`;
  return { mediaType: `image/heif${suffix}`, name, group: 'picture' };
}

const video: FileKind = { mediaType: 'video/mp4', name: 'a video (MP4 or QuickTime)', group: 'media' };
const sound: FileKind = { mediaType: 'audio/mp4', name: 'an M4A sound', group: 'media' };

/** The compression of the items: an `infe` box for each, in `iinf` in `meta`. A damaged list ends at the damage. */
function itemCodecs(bytes: Uint8Array): Set<string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Set<string>();
  for (const meta of boxes(view, 0, view.byteLength, 'meta'))
    for (const list of boxes(view, meta.from + 4, meta.to, 'iinf')) {
      const countBytes = list.from < list.to && view.getUint8(list.from) === 0 ? 2 : 4;
      for (const entry of boxes(view, list.from + 4 + countBytes, list.to, 'infe')) {
        // An item's number has 16 bits in version 2, and 32 in version 3.
        const at = entry.from + (entry.from < entry.to && view.getUint8(entry.from) === 2 ? 8 : 10);
        const codec = at + 4 <= entry.to ? codecs[fourCharacters(view, at)] : undefined;
        if (codec !== undefined) found.add(codec);
      }
    }
  return found;
}

/** The contents of the boxes of one type between two offsets. */
function* boxes(
  view: DataView,
  from: number,
  to: number,
  type: string,
): Generator<{ readonly from: number; readonly to: number }> {
  let at = from;
  while (at + 8 <= to) {
    const short = view.getUint32(at);
    if (short === 1 && at + 16 > to) return;
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? to - at : short;
    const start = at + (short === 1 ? 16 : 8);
    const end = Math.min(to, at + size);
    if (size < 8 || start > end) return;
    if (fourCharacters(view, at + 4) === type) yield { from: start, to: end };
    at = end;
  }
}

function fourCharacters(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}
