import type { FileKind } from './file-kind.ts';
import { headOf } from './head.ts';
import { isoMediaKind } from './iso-media-kind.ts';
import { signatureKind } from './signatures.ts';
import { isTarga } from './targa.ts';
import { textKind } from './text-kind.ts';
import { tiffKind } from './tiff-kind.ts';

/**
 * The kind of a file by its bytes; its name and a stored media type are often wrong. Knows what is found among
 * pictures: raster and vector formats, camera raw, documents, video, archives, and what failed downloads leave. Reads
 * the head, a few boxes or tags, and the last 18 bytes; nothing is unpacked.
 * @returns undefined for an unknown kind
 */
export function fileKind(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0) return { mediaType: octets, name: 'an empty file', group: 'lost' };
  const head = headOf(bytes);
  return (
    isoMediaKind(bytes, head) ??
    tiffKind(bytes, head) ??
    signatureKind(head) ??
    zeroKind(bytes) ??
    (isTarga(bytes) ? { mediaType: 'image/x-tga', name: 'a TGA picture', group: 'picture' } : undefined) ??
    textKind(bytes)
  );
}

const octets = 'application/octet-stream';

/** More zeros than any known format begins with. */
const leadingZeros = 64;

/** What an interrupted copy or a full disk leaves. */
function zeroKind(bytes: Uint8Array): FileKind | undefined {
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return { mediaType: octets, name: 'a file of zeros', group: 'lost' };
  return first < leadingZeros ? undefined : { mediaType: octets, name: 'a file that begins with zeros', group: 'lost' };
}
