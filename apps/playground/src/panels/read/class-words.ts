/** A class's name as words: `colourBlock` is `colour block`, and the neckline `v` a V. */
export function classWords(name: string): string {
  if (name.length === 1) return name.toUpperCase();
  return name
    .replace(/([a-z])([A-Z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`)
    .replaceAll('_', ' ');
}
