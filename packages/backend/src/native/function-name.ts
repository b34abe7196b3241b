/** A number as part of a function's name. */
export function named(value: number): string {
  return Math.fround(value).toString().replace(/\W/g, '_');
}
