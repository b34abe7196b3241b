import { type TextOrigin, withoutByteOrderMark } from './decode-text.ts';
import { KaleidoError } from './kaleido-error.ts';

/**
 * `JSON.parse` for files: a byte order mark before the JSON is dropped, and the error names the file.
 * @param advice what the error says to do
 * @throws KaleidoError `<name> is not JSON, found ...`
 */
export function parseJson(
  text: string,
  { source, name }: TextOrigin,
  advice = 'correct the file, or write it again',
): unknown {
  try {
    return JSON.parse(withoutByteOrderMark(text));
  } catch (cause) {
    throw new KaleidoError({
      source,
      problem: `${name} is not JSON`,
      found: (cause as Error).message,
      advice,
      cause,
    });
  }
}

/**
 * `parseJson` for data that Python may have written: its `json` module writes `NaN`, `Infinity` and `-Infinity`, which
 * JSON lacks. Each of them is read as `null`.
 * @param onNotANumber is called if there is one
 * @throws KaleidoError `<name> is not JSON, found ...`
 */
export function parsePythonJson(text: string, origin: TextOrigin, onNotANumber?: () => void): unknown {
  try {
    return parseJson(text, origin);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    // Strings come first in the pattern, so that these words inside a string are kept.
    const plain = text.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
      found.startsWith('"') ? found : 'null',
    );
    const value = parseJson(plain, origin);
    onNotANumber?.();
    return value;
  }
}
