import { fromFloat16Bits } from '@kaleido/foundation';
import type { TimeUnit } from 'hyparquet';
import { UnusableCell } from './catalogue-row.ts';
import type { ValueType } from './parquet-type.ts';

/** The value of a cell: text, bytes of text that is not decoded yet, nothing, or what is wrong with it. */
export type Cell = string | Uint8Array | undefined | UnusableCell;

const perSecond: Readonly<Record<TimeUnit, bigint>> = { MILLIS: 1_000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n };

/** Whole numbers up to here are exact in these float types. */
const exactFloat = { float16: 2 ** 11, float: 2 ** 24, double: 2 ** 53 };

/**
 * A value as text. Nothing is rounded: 64-bit integers and decimals keep their digits, timestamps their fractions.
 * @param stored the value as stored, not converted by its type
 */
export function cellText(type: ValueType, stored: unknown): Cell {
  if (stored === null || stored === undefined) return undefined;
  switch (type.kind) {
    case 'string':
      return stored as Uint8Array;
    case 'binary':
      return withoutPadding(stored as Uint8Array);
    case 'boolean':
      return String(stored);
    case 'integer':
      return integerText(stored as number | bigint, type.bits, type.isSigned);
    case 'float16': {
      const [low = 0, high = 0] = stored as Uint8Array;
      return floatText(fromFloat16Bits((high << 8) | low), 'float16');
    }
    case 'float':
    case 'double':
      return floatText(stored as number, type.kind);
    case 'decimal':
      return decimalText(unscaled(stored as number | bigint | Uint8Array), type.scale);
    case 'date': {
      const text = timeText(BigInt(stored as number) * 86_400n, 1n);
      return typeof text === 'string' ? text.slice(0, text.indexOf('T')) : text;
    }
    case 'timestamp': {
      const text = timeText(stored as bigint, perSecond[type.unit]);
      return typeof text === 'string' && type.isUtc ? `${text}Z` : text;
    }
    case 'uuid':
      return uuidText(stored as Uint8Array);
    case 'json':
      return jsonText(stored as Uint8Array);
    default:
      return new UnusableCell(`is of the type ${type.name}`);
  }
}

/** `cellText` for ids: a float that is too large to be exact is invalid: two products could share the rounded one. */
export function idText(type: ValueType, stored: unknown): Cell {
  const isFloat = type.kind === 'float16' || type.kind === 'float' || type.kind === 'double';
  const text = cellText(type, stored);
  if (!isFloat || typeof text !== 'string' || Math.abs(Number(text)) <= exactFloat[type.kind]) return text;
  return new UnusableCell(`is a ${type.kind} that has lost digits: ${text}`);
}

/** The year of a date or a timestamp; `cellText` of everything else. */
export function yearText(type: ValueType, stored: unknown): Cell {
  const text = cellText(type, stored);
  const isTime = type.kind === 'date' || type.kind === 'timestamp';
  return isTime && typeof text === 'string' ? text.slice(0, text.indexOf('-', 1)) : text;
}

/** Binary text of a fixed size is padded with zeros. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return bytes.subarray(0, length);
}

function integerText(value: number | bigint, bits: number, isSigned: boolean): string {
  return String(isSigned ? value : BigInt.asUintN(bits, BigInt(value)));
}

function floatText(value: number, kind: keyof typeof exactFloat): Cell {
  // pandas writes a missing value as NaN.
  if (Number.isNaN(value)) return undefined;
  if (!Number.isFinite(value)) return new UnusableCell(`is ${value}`);
  if (kind === 'double') return String(value === 0 ? 0 : value);
  // The shortest decimal of a 16- or 32-bit float, e.g. 0.1 and not 0.10000000149011612.
  const digits = Array.from({ length: 9 }, (_, index) => Number(value.toPrecision(index + 1)));
  return String((digits.find((number) => Math.fround(number) === Math.fround(value)) ?? value) || 0);
}

/** Two's complement, the most significant byte first. */
function unscaled(stored: number | bigint | Uint8Array): bigint {
  if (!(stored instanceof Uint8Array)) return BigInt(stored);
  const value = stored.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(8 * stored.length, value);
}

/** Without trailing zeros, so that an id that was a whole number stays one. */
function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** ISO 8601 without a time zone; the fraction of a second has no trailing zeros. */
function timeText(value: bigint, unit: bigint): string | UnusableCell {
  const fraction = ((value % unit) + unit) % unit;
  const date = new Date(Number((value - fraction) / unit) * 1000);
  if (Number.isNaN(date.getTime())) return new UnusableCell(`is a date that is out of range: ${value}`);
  const text = date.toISOString().slice(0, -'.000Z'.length);
  if (fraction === 0n) return text;
  return `${text}.${String(fraction)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '')}`;
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A JSON column contains quoted strings, numbers, objects and lists. */
function jsonText(bytes: Uint8Array): Cell {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    return new UnusableCell('is not JSON, as its column says');
  }
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? new UnusableCell('is JSON with parts of its own') : text.trim();
}
