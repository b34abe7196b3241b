/** A probability, 0..1, for readers. What is not quite sure or not quite impossible is not said to be so. */
export function percent(probability: number): string {
  if (probability > 0 && probability < 0.001) return '< 0.1 %';
  if (probability < 1 && probability > 0.999) return '> 99.9 %';
  const digits = probability >= 0.1 && probability < 0.99 ? 0 : 1;
  return `${(100 * probability).toFixed(probability === 1 ? 0 : digits)} %`;
}
