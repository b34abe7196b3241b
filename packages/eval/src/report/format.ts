// Nothing is formatted by locale: the same run must give the same page on every machine.

/** A figure with fixed decimals, a true minus sign, and a dash for NaN. */
export function decimal(value: number, places = 1): string {
  if (!Number.isFinite(value)) return '–';
  return value.toFixed(places).replace('-', '−');
}

/** A percentage without needless decimals: `25 %`, `4.2 %`. */
export function percent(value: number): string {
  return `${decimal(value).replace(/\.0$/, '')}\u00a0%`;
}

/** Three significant digits, for losses and scores of any size. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replace(/-/g, '−').replace('e+', 'e');
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return decimal(value, places);
}

/** A count with separated thousands. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 query`, `2 queries`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A duration in at most two units. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return `${decimal(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `3 May 2026, 14:20 UTC`; text that is not a date is returned unchanged. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const time = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${time} UTC`;
}

/** `contrastive` becomes `Contrastive`, for names used as headings. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A key of the code as words: `greyToColour` becomes `Grey to colour`. */
export function wordsOf(key: string): string {
  return sentenceCase(
    key.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`),
  );
}
