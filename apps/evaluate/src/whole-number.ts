import { KaleidoError } from '@kaleido/foundation';

/** The value of an option that is the length of a run of pieces, or 0 for none. */
export function ngramLength(text: string, option: string): number {
  if (text === '0') return 0;
  return wholeNumber(text, option, 2, 64, ', or 0');
}

/**
 * The value of an option that is a whole number of up to nine digits.
 * @param alternative what else the option takes, as the message says it
 */
export function wholeNumber(text: string, option: string, least: number, most: number, alternative = ''): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw new KaleidoError({
    source: 'evaluate',
    problem: `${option} must be a whole number from ${least} to ${most}${alternative}`,
    found: text,
    advice: `e.g. ${option} 2`,
  });
}
