/** `mixed` multiplies matrices in half precision and adds up in float32; parameters and all else stay float32. */
export const precisions = ['float32', 'mixed'] as const;

export type Precision = (typeof precisions)[number];

let current: Precision = 'float32';

/** What the products of this process are computed in; `selectBackend` sets it. */
export function precision(): Precision {
  return current;
}

export function setPrecision(chosen: Precision): void {
  current = chosen;
}
