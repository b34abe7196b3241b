/**
 * Converts offsets in code points to positions for `text.slice(begin, end)`; they differ if the text contains
 * characters outside the basic plane, such as emoji.
 */
export function sliceOffsets(
  text: string,
  offsets: readonly (readonly [begin: number, end: number])[],
): [begin: number, end: number][] {
  const positions: number[] = [];
  let position = 0;
  for (const character of text) {
    positions.push(position);
    position += character.length;
  }
  positions.push(position);
  const at = (codePoint: number): number => positions[codePoint] ?? position;
  return offsets.map(([begin, end]) => [at(begin), at(end)]);
}
