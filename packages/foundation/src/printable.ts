/** A text as one line without control characters: ids, captions and names come from the user's files. */
export function printable(text: string): string {
  return text.replaceAll(/\s*[\r\n]\s*/g, ' ').replaceAll(/\p{Cc}/gu, '?');
}
