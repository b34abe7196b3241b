/** A probability for readers: never 0 % or 100 % unless it is. */
export function percent(probability: number): string {
  if (probability > 0 && probability < 0.01) return '< 1 %';
  if (probability < 1 && probability > 0.99) return '> 99 %';
  return `${Math.round(100 * probability)} %`;
}

/** The same with one digit more where there is little: likely answers among thousands of pieces have a few per cent each. */
export function finePercent(probability: number): string {
  if (probability > 0 && probability < 0.001) return '< 0.1 %';
  if (probability < 1 && probability > 0.999) return '> 99.9 %';
  const digits = probability >= 0.1 && probability < 0.99 ? 0 : 1;
  return `${(100 * probability).toFixed(probability === 1 ? 0 : digits)} %`;
}
