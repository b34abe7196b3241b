/** Most names in a sentence. */
const mostNames = 8;

/** A sentence on the classes that a single item has; none if there are none. */
export function seenOnceNote(field: string, classes: readonly string[], counts: readonly number[]): string[] {
  const once = classes.filter((_, index) => counts[index] === 1);
  if (once.length === 0) return [];
  return [
    `"${field}": ${count(once.length, 'label was', 'labels were')} seen once in training, which is hardly enough to learn: ${list(once)}.`,
  ];
}

/** A sentence on a field whose answer is always the same. */
export function oneClassNote(field: string, classes: readonly string[]): string[] {
  return classes.length > 1 ? [] : [`"${field}": all training items have the label ${list(classes)}, the only answer.`];
}

/** A sentence on labels of validation items that training has not seen. */
export function unknownNote(field: string, unknown: Readonly<Record<string, number>>): string[] {
  const names = Object.keys(unknown);
  if (names.length === 0) return [];
  const items = Object.values(unknown).reduce((sum, one) => sum + one, 0);
  return [
    `"${field}": ${count(items, 'validation item has', 'validation items have')} a label that training has not seen, and no answer can be right: ${list(names)}.`,
  ];
}

function count(number: number, one: string, several: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : several}`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}
