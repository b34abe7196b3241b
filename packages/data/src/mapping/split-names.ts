const words: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  eval: 'validation',
  test: 'test',
  testing: 'test',
};

/** The split that a word means: `train`, `validation` or `test`; undefined for other words. */
export function splitOfName(word: string): string | undefined {
  const lower = word.trim().toLowerCase();
  return Object.hasOwn(words, lower) ? words[lower] : undefined;
}

/** The split that a part of a file's name means: `fashion_val.csv` and `shop.val.csv` are `validation`. */
export function splitInFileName(name: string): string | undefined {
  const found = new Set(
    name
      .replace(/(?:\.tar)?\.[^.]*$/i, '')
      .split(/[^\p{L}]+/u)
      .flatMap((word) => splitOfName(word) ?? []),
  );
  return found.size === 1 ? [...found][0] : undefined;
}
