import { levels } from '@kaleido/layout';

/** `level 5, row 2, column 3` of one of the 55 patches. */
export function patchName(patch: number): string {
  const level = levels.findLast(({ start }) => start <= patch) ?? levels[0];
  if (level === undefined) return '';
  const at = patch - level.start;
  return `level ${level.scale}, row ${Math.floor(at / level.scale) + 1}, column ${(at % level.scale) + 1}`;
}
