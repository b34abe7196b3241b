/** A JPEG with corrected headers, and a note on the errors. */
export interface MendedJpeg {
  readonly bytes: Uint8Array;
  readonly note: string;
}

/**
 * Corrects errors in a JPEG's headers that do not affect its pixels, so that a strict decoder reads it as libjpeg does:
 * - scan parameters of a sequential JPEG other than 0, 63, 0, as some phones write them (libjpeg ignores them);
 * - a JFIF revision that does not exist;
 * - an Adobe colour transform that does not exist: becomes YCbCr, or YCCK for four components, as in libjpeg;
 * - bytes between two segments that belong to neither.
 * The scan data is unchanged: a file that is also truncated or damaged is still refused.
 * @returns undefined if there are none of these errors
 */
export function mendJpeg(bytes: Uint8Array): MendedJpeg | undefined {
  const notes = new Set<string>();
  const note = (text: string | undefined): void => {
    if (text !== undefined) notes.add(text);
  };
  const parts: Uint8Array[] = [bytes.slice(0, 2)];
  let isSequential = false;
  let components = 0;
  let adobe: Uint8Array | undefined;
  let isJfif = false;
  let at = 2;
  while (at + 4 <= bytes.length) {
    const start = nextMarker(bytes, at);
    if (start === undefined) break;
    if (start.strange > 0) note('bytes between two segments that belong to neither');
    const marker = bytes[start.at + 1]!;
    at = start.at;
    if (marker === 0xd9) break;
    // Markers without a segment, including start of image, which must not occur twice.
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      parts.push(bytes.slice(at, at + 2));
      at += 2;
      continue;
    }
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (length < 2 || at + 2 + length > bytes.length) break;
    const segment = bytes.slice(at, at + 2 + length);
    at += segment.length;
    parts.push(segment);
    if (marker === 0xe0) {
      isJfif ||= textAt(segment, 4) === 'JFIF\0';
      note(mendRevision(segment));
    } else if (marker === 0xee) adobe = segment;
    else if (isFrame(marker)) {
      isSequential = sequentialFrames.has(marker);
      components = segment[9] ?? 0;
    }
    if (marker !== 0xda) continue;
    // The colours of a JFIF file are known, regardless of Adobe's segment.
    if (adobe !== undefined && !(isJfif && components === 3)) note(mendColours(adobe, components));
    if (isSequential) note(mendScan(segment));
    const end = endOfScan(bytes, at);
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  if (notes.size === 0) return undefined;
  parts.push(bytes.subarray(at));
  const mended = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    mended.set(part, to);
    to += part.length;
  }
  return { bytes: mended, note: `its JPEG headers have ${[...notes].join('; ')}` };
}

/** The next marker, and the number of bytes before it that are not padding. */
function nextMarker(bytes: Uint8Array, from: number): { readonly at: number; readonly strange: number } | undefined {
  let strange = 0;
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) strange += 1;
    else if (bytes[at + 1] !== 0xff && bytes[at + 1] !== 0) return { at, strange };
  }
  return undefined;
}

/** End of a scan's data: the first marker that is not a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0 && at + 1 < bytes.length) {
    const marker = bytes[at + 1]!;
    if (marker !== 0 && marker !== 0xff && (marker < 0xd0 || marker > 0xd7)) return at;
    at = bytes.indexOf(0xff, marker === 0xff ? at + 1 : at + 2);
  }
  return bytes.length;
}

function mendScan(segment: Uint8Array): string | undefined {
  const at = segment.length - 3;
  if (at < 5) return undefined;
  const [first, last, bits] = [segment[at]!, segment[at + 1]!, segment[at + 2]!];
  if (first === 0 && last === 63 && bits === 0) return undefined;
  segment.set([0, 63, 0], at);
  return `scan parameters ${first}, ${last}, ${bits} instead of 0, 63, 0`;
}

function mendRevision(segment: Uint8Array): string | undefined {
  if (segment.length < 11 || textAt(segment, 4) !== 'JFIF\0') return undefined;
  const major = segment[9]!;
  if (major === 1) return undefined;
  segment[9] = 1;
  return `the unknown JFIF revision ${major}.${String(segment[10]).padStart(2, '0')}`;
}

function mendColours(segment: Uint8Array, components: number): string | undefined {
  if (segment.length < 16 || textAt(segment, 4) !== 'Adobe' || (components !== 3 && components !== 4)) return undefined;
  const code = segment[15]!;
  const assumed = components === 3 ? 1 : 2;
  if (code === 0 || code === assumed) return undefined;
  segment[15] = assumed;
  return `the unknown Adobe colour transform ${code}`;
}

/** Five characters, the length of segment names. */
function textAt(segment: Uint8Array, at: number): string {
  return String.fromCharCode(...segment.subarray(at, at + 5));
}

/** Whether it is a start of frame; tables, extensions and arithmetic conditioning have markers in between. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Baseline, extended, and extended with arithmetic coding. */
const sequentialFrames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc9]);
