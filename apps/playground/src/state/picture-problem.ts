import { fileKind } from '@kaleido/foundation';

/** The largest file that is read: photographs of cameras are below 40 MB. */
const mostBytes = 64 * 2 ** 20;

const readable: readonly string[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'];

/**
 * Why a file cannot be looked at, in a line for readers; undefined if its first bytes do not speak against it. What is
 * damaged further on, or has too many pixels, the engine says.
 */
export async function pictureProblem(file: File): Promise<string | undefined> {
  if (file.size === 0) return `${file.name} is empty.`;
  if (file.size > mostBytes)
    return `${file.name} has ${Math.round(file.size / 2 ** 20)} MB; pictures up to 64 MB are read.`;
  const head = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  const mediaType = fileKind(head)?.mediaType ?? '';
  if (readable.includes(mediaType)) return undefined;
  if (mediaType === 'image/svg+xml' || isSvg(head))
    return `${file.name} is an SVG drawing, which may hold scripts. Save it as PNG first.`;
  if (mediaType.startsWith('image/hei'))
    return `${file.name} is HEIC, which most browsers do not decode. Save it as JPEG first.`;
  return `${file.name} is not a picture that browsers read. Use JPEG, PNG, WebP, GIF or AVIF.`;
}

function isSvg(head: Uint8Array): boolean {
  return /<svg[\s>]/i.test(new TextDecoder().decode(head));
}
