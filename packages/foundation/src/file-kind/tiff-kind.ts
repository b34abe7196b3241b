import type { FileKind } from './file-kind.ts';

const tags = { subfile: 254, photometric: 262, subDirectories: 330, dngVersion: 50_706 } as const;

/** Samples of a colour filter array, or linear ones: not yet a picture. */
const rawPhotometrics: ReadonlySet<number> = new Set([32_803, 34_892]);

/**
 * TIFF, and camera raw files that begin like TIFF: their first picture is a thumbnail, and the raw data is in a
 * directory below it (TIFF/EP, DNG 1.7).
 */
export function tiffKind(bytes: Uint8Array, head: string): FileKind | undefined {
  if (!/^(?:II[*+]\0|MM\0[*+])/.test(head)) return undefined;
  if (head.slice(8, 10) === 'CR' && head.startsWith('II*'))
    return { mediaType: 'image/x-canon-cr2', name: 'a camera raw file (CR2)', group: 'picture' };
  // Cameras write the classic form, with 32-bit offsets.
  const found = head.includes('*') ? firstDirectory(bytes, head.startsWith('II')) : new Map<number, number>();
  if (found.has(tags.dngVersion))
    return { mediaType: 'image/x-adobe-dng', name: 'a camera raw file (DNG)', group: 'picture' };
  const isThumbnail = found.has(tags.subDirectories) && ((found.get(tags.subfile) ?? 0) & 1) === 1;
  if (isThumbnail || rawPhotometrics.has(found.get(tags.photometric) ?? -1))
    return { mediaType: 'image/x-raw', name: 'a camera raw file (NEF, ARW or alike)', group: 'picture' };
  return { mediaType: 'image/tiff', name: 'a TIFF picture', group: 'picture' };
}

/** The tags of the first directory, with their first value if it is a number stored in place. */
function firstDirectory(bytes: Uint8Array, little: boolean): Map<number, number> {
  const found = new Map<number, number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 8) return found;
  const at = view.getUint32(4, little);
  if (at + 2 > view.byteLength) return found;
  const count = view.getUint16(at, little);
  for (let entry = at + 2, i = 0; i < count && entry + 12 <= view.byteLength; i++, entry += 12) {
    const isShort = view.getUint16(entry + 2, little) === 3;
    const value = isShort ? view.getUint16(entry + 8, little) : view.getUint32(entry + 8, little);
    found.set(view.getUint16(entry, little), value);
  }
  return found;
}
