/** A share of one, as readers read it: `96.4 %`. */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A number with two digits and a real minus sign. */
export function short(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** The first numbers of a vector. */
export function firstOf(vector: Float32Array, count: number): string {
  return [...vector.subarray(0, count)].map((value) => short(value)).join('  ');
}

/** The largest value and where it is. */
export function largest(values: Float32Array): { readonly at: number; readonly value: number } {
  let at = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[at] ?? 0)) at = i;
  return { at, value: values[at] ?? 0 };
}

/** Where the largest values are, the largest first. */
export function rankOf(values: Float32Array, count: number): number[] {
  return [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).slice(0, count);
}

/** Softmax: the probabilities that a head's numbers stand for; they sum to 1. */
export function probabilitiesOf(logits: Float32Array): Float32Array {
  const { value: most } = largest(logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
