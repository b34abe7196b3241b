/**
 * Quotes a word for a POSIX shell, only if it needs quotes.
 * `it's` gives `'it'\''s'`.
 */
export function shellQuote(word: string): string {
  return /^[\w/.,:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Joins words into a command line that can be pasted into a POSIX shell. */
export function formatCommand(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
