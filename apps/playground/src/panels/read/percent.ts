/** A probability, 0..1, for readers; small ones are not said to be 0. */
export function percent(probability: number): string {
  if (probability > 0 && probability < 0.001) return '< 0.1 %';
  return `${(100 * probability).toFixed(probability >= 0.1 ? 0 : 1)} %`;
}
