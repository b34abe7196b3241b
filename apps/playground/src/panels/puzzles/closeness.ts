/** How close a guess came, in words: beside a guess that has seen nothing. */
export function closenessOf(divergence: number, baseline: number): string {
  const times = baseline / Math.max(divergence, 1e-6);
  if (!(times > 1)) return 'No nearer to the truth than a guess that has seen nothing';
  if (times < 1.2) return 'Little nearer to the truth than a guess that has seen nothing';
  const rounded = times < 10 ? times.toFixed(1) : String(Math.round(Math.min(times, 999)));
  return `${rounded} times as near to the truth as a guess that has seen nothing`;
}
