import { KaleidoError } from '@kaleido/foundation';

/** The value of an option that is a whole number of up to nine digits. */
export function wholeNumber(text: string, option: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw new KaleidoError({
    source: 'evaluate',
    problem: `${option} must be a whole number from ${least} to ${most}`,
    found: text,
    advice: `e.g. ${option} 2`,
  });
}
