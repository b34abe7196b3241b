import type { FileKind } from './file-kind.ts';

/** Bytes of a text that are read; long comments may come before the first element of a page. */
const textLength = 4096;

/** The kind of a text file: in place of a picture, mostly a server's answer to a failed download. */
export function textKind(bytes: Uint8Array): FileKind | undefined {
  const text = beginningOf(bytes)?.trimStart();
  if (text === undefined) return undefined;
  if (text === '') return kind('text/plain', 'a file of white space', 'lost');
  if (/^version https:\/\/git-lfs\.github\.com\/spec\//.test(text))
    return kind('text/plain', 'a Git LFS pointer, not the file that it stands for', 'pointer');
  if (/^(?:\.\.\/)*\.git\/annex\/objects\/|^\/annex\/objects\//.test(text))
    return kind('text/plain', 'a git-annex pointer, not the file that it stands for', 'pointer');
  if (/^data:image\//.test(text)) return kind('text/plain', 'a picture written as a data: URL', 'encoded');
  // JPEG, PNG, GIF, RIFF.
  if (/^(?:\/9j\/|iVBORw0KGgo|R0lGOD|UklGR)[\w+/=\s]*$/.test(text))
    return kind('text/plain', 'a picture written as base64 text', 'encoded');
  if (/^b(['"])(?:\\xff\\xd8|\\x89PNG|GIF8|RIFF)/.test(text))
    return kind('text/plain', 'a picture written as a Python bytes literal', 'encoded');
  if (text.startsWith('<')) return markupKind(text);
  if (/^(?:\{\s*["}]|\[\s*(?:[[{"\]]|-?\d[\d.eE+-]*\s*[,\]]))/.test(text))
    return kind('application/json', 'JSON', 'text');
  return kind('text/plain', 'text', 'text');
}

function markupKind(text: string): FileKind {
  const page = text.search(/<(?:!doctype\s+html|html|head|body|title|meta|script|style|div|h1|center|p|br|a|table)\b/i);
  const drawing = text.search(/<svg[\s>]/i);
  if (drawing >= 0 && (page < 0 || drawing < page)) return kind('image/svg+xml', 'an SVG drawing', 'picture');
  if (page >= 0) return kind('text/html', 'an HTML page', 'text');
  return /^<\?xml\b|^<!(?:--|doctype)|^<[a-z][\w:.-]*[\s>/]/i.test(text)
    ? kind('application/xml', 'an XML document', 'text')
    : kind('text/plain', 'text', 'text');
}

function kind(mediaType: string, name: string, group: FileKind['group']): FileKind {
  return { mediaType, name, group };
}

/** The first characters of a text in UTF-8 or, with its mark, in UTF-16; undefined if it is not text. */
function beginningOf(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, textLength);
  const wide =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : '';
  try {
    // As part of a stream: the last character may be truncated.
    const text = new TextDecoder(wide || 'utf-8', { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what text does not hold.
    return /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
