/**
 * A word as a POSIX shell reads it back, in quotes only where it needs them.
 * `it's` gives `'it'\''s'`.
 */
export function shellQuote(word: string): string {
  return /^[\w/.,:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line that can be pasted into a POSIX shell, of its words. */
export function formatCommand(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
