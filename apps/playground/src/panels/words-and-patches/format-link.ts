import type { LinkSource } from './links.ts';

/** A link's value for readers: a confidence, a share in per cent, or a number with its sign. */
export function formatLink(source: LinkSource, value: number): string {
  if (source === 'alignment') return value === 0 ? '–' : value.toFixed(2);
  if (source !== 'naming') return formatShare(value);
  if (Math.abs(value) < 0.005) return '0';
  return `${value > 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`;
}

/** The same without its unit, for a word of which there is little room. */
export function formatLinkShort(source: LinkSource, value: number): string {
  return formatLink(source, value).replace(' %', '');
}

/** A share as per cent: more digits for less. */
export function formatShare(value: number): string {
  const percent = 100 * value;
  if (percent > 0 && percent < 0.005) return '< 0.01 %';
  return `${percent.toFixed(percent >= 9.95 || percent === 0 ? 0 : percent >= 0.095 ? 1 : 2)} %`;
}
