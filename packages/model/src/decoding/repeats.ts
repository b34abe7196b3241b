/**
 * The log-probabilities of the next piece, in which those that would repeat a run of `length` pieces of the text are
 * impossible. [SEP] never is: it stands in no text.
 * @param logProbabilities [V], not changed
 * @param pieces the text so far
 * @param length 0 forbids nothing
 */
export function withoutRepeats(
  logProbabilities: Float32Array,
  pieces: readonly number[],
  length: number,
): Float32Array {
  const repeated = length === 0 ? [] : repeatedNext(pieces, length);
  if (repeated.length === 0) return logProbabilities;
  const allowed = logProbabilities.slice();
  for (const piece of repeated) allowed[piece] = Number.NEGATIVE_INFINITY;
  return allowed;
}

/** The pieces that followed the last `length` - 1 pieces of the text where these stood before. */
function repeatedNext(pieces: readonly number[], length: number): number[] {
  const last = pieces.length - (length - 1);
  const found: number[] = [];
  for (let start = 0; start < last; start++) {
    let same = 0;
    while (same < length - 1 && pieces[start + same] === pieces[last + same]) same++;
    if (same === length - 1) found.push(pieces[start + same] as number);
  }
  return found;
}
