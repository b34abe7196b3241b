/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A JSON value changed by a JSON Merge Patch (RFC 7386): keys of the patch replace those of the value, objects are
 * merged, null removes a key, and anything else, lists included, replaces the whole. Neither argument is changed.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map<string, unknown>(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch))
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(merged);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
