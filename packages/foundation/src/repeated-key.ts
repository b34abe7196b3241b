interface Level {
  /** Of an object; undefined for an array. */
  readonly keys?: Set<string>;
  /** The current key or index. */
  place: string | number;
  expectsKey: boolean;
}

/**
 * The path of the first key that an object has twice, e.g. `data.seed`; undefined if there is none. `JSON.parse` keeps the
 * last value and drops the others silently.
 * @param json valid JSON
 */
export function repeatedKey(json: string): string | undefined {
  const open: Level[] = [];
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const level = open.at(-1);
    if (token === '{') open.push({ keys: new Set(), place: '', expectsKey: true });
    else if (token === '[') open.push({ place: 0, expectsKey: false });
    else if (token === '}' || token === ']') open.pop();
    else if (level === undefined) continue;
    else if (token === ',') {
      if (level.keys !== undefined) level.expectsKey = true;
      else level.place = Number(level.place) + 1;
    } else if (level.keys !== undefined && level.expectsKey) {
      level.place = JSON.parse(token) as string;
      level.expectsKey = false;
      if (level.keys.has(level.place)) return open.map(({ place }) => place).join('.');
      level.keys.add(level.place);
    }
  }
  return undefined;
}
