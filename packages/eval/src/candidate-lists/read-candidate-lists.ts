import { KaleidoError, parsePythonJson, sha256, withoutByteOrderMark } from '@kaleido/foundation';
import type { CandidateList, CandidateListFile, RetrievalDirection } from './candidate-list.ts';

const directions: readonly string[] = ['image-to-text', 'text-to-image'] satisfies RetrievalDirection[];

/**
 * Reads a list file: one JSON object per line, also as written by Python (`NaN` is read as null), with or without a
 * byte order mark. Ids may be numbers or strings; they are returned as strings.
 * @param name of the file, for errors and results
 * @throws KaleidoError naming the line: not a JSON object, a missing key or one of the wrong type, a duplicate
 * candidate, the positive not among the candidates
 */
export async function readCandidateLists(text: string, name: string): Promise<CandidateListFile> {
  const plain = withoutByteOrderMark(text);
  const lines = plain.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0)
    throw new KaleidoError({
      source: 'eval',
      problem: `${name} holds no candidate list`,
      advice: 'give a file with one list a line',
    });
  return {
    name,
    sha256: await sha256Of(plain),
    lists: lines.map((line, index) => readLine(line, `${name}, line ${index + 1}`)),
  };
}

/**
 * The hash of a list file in results: SHA-256 of the text as UTF-8 (without a byte order mark), in hexadecimal.
 */
export function sha256Of(text: string): Promise<string> {
  return sha256(text);
}

function readLine(line: string, where: string): CandidateList {
  const refuse = (problem: string, found?: unknown): KaleidoError =>
    new KaleidoError({
      source: 'eval',
      problem: `${where}: ${problem}`,
      ...(found === undefined ? {} : { found }),
      advice:
        'write the list again; a line is {direction, query, positive, subcategory, sameSubcategoryNegatives, candidates}',
    });
  let value: unknown;
  try {
    value = parsePythonJson(line, { source: 'eval', name: where });
  } catch {
    throw refuse('not JSON', line);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('not a JSON object', value);
  const { direction, query, positive, subcategory, sameSubcategoryNegatives, candidates } = value as Record<
    string,
    unknown
  >;
  if (typeof direction !== 'string' || !directions.includes(direction))
    throw refuse('direction must be "image-to-text" or "text-to-image"', direction ?? null);
  if (!isId(query)) throw refuse('query must be an id, a string or a whole number', query ?? null);
  if (!isId(positive)) throw refuse('positive must be an id, a string or a whole number', positive ?? null);
  if (!Array.isArray(candidates) || candidates.length === 0 || !candidates.every(isId))
    throw refuse('candidates must be an array of ids', candidates ?? null);
  if (typeof subcategory !== 'string') throw refuse('subcategory must be a string', subcategory ?? null);
  const ids = candidates.map(String);
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw refuse('a candidate is there twice', id);
    seen.add(id);
  }
  if (!seen.has(String(positive))) throw refuse('the positive is not among the candidates', positive);
  const same = sameSubcategoryNegatives;
  if (typeof same !== 'number' || !Number.isInteger(same) || same < 0 || same >= ids.length)
    throw refuse(`sameSubcategoryNegatives must be a whole number from 0 to ${ids.length - 1}`, same ?? null);
  return {
    direction: direction as RetrievalDirection,
    query: String(query),
    positive: String(positive),
    subcategory,
    sameSubcategoryNegatives: same,
    candidates: ids,
  };
}

function isId(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);
}
