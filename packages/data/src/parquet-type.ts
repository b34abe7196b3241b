import type { SchemaElement, SchemaTree, TimeUnit } from 'hyparquet';

/** The type of values in a column without children, from either of Parquet's two kinds of annotation. */
export type ValueType =
  | { readonly kind: 'boolean' | 'float' | 'double' | 'float16' | 'string' | 'binary' | 'json' | 'uuid' | 'date' }
  | { readonly kind: 'integer'; readonly bits: number; readonly isSigned: boolean }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly isUtc: boolean }
  /** Unsupported types: times of day, intervals, BSON, geometries. */
  | { readonly kind: 'other'; readonly name: string };

const units: Readonly<Record<TimeUnit, string>> = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' };

/** The type of a column that has no children. */
export function valueType(element: SchemaElement): ValueType {
  const { type, converted_type: converted, logical_type: logical } = element;
  const integer = /^(U?)INT_(\d+)$/.exec(converted ?? '');
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const { precision = 0, scale = 0 } = logical?.type === 'DECIMAL' ? logical : element;
    return { kind: 'decimal', precision, scale };
  }
  if (logical?.type === 'TIMESTAMP') return { kind: 'timestamp', unit: logical.unit, isUtc: logical.isAdjustedToUTC };
  if (converted === 'TIMESTAMP_MILLIS') return { kind: 'timestamp', unit: 'MILLIS', isUtc: true };
  if (converted === 'TIMESTAMP_MICROS') return { kind: 'timestamp', unit: 'MICROS', isUtc: true };
  if (logical?.type === 'DATE' || converted === 'DATE') return { kind: 'date' };
  if (logical?.type === 'UUID') return { kind: 'uuid' };
  if (logical?.type === 'FLOAT16') return { kind: 'float16' };
  if (logical?.type === 'JSON' || converted === 'JSON') return { kind: 'json' };
  if (logical?.type === 'TIME' || converted?.startsWith('TIME_')) return { kind: 'other', name: 'time' };
  if (logical !== undefined && ['BSON', 'INTERVAL', 'GEOMETRY', 'GEOGRAPHY', 'VARIANT'].includes(logical.type))
    return { kind: 'other', name: logical.type.toLowerCase() };
  if (converted === 'BSON' || converted === 'INTERVAL') return { kind: 'other', name: converted.toLowerCase() };
  if (logical?.type === 'STRING' || logical?.type === 'ENUM' || converted === 'UTF8' || converted === 'ENUM')
    return { kind: 'string' };
  if (logical?.type === 'INTEGER') return { kind: 'integer', bits: logical.bitWidth, isSigned: logical.isSigned };
  if (integer !== null) return { kind: 'integer', bits: Number(integer[2]), isSigned: integer[1] === '' };
  switch (type) {
    case 'BOOLEAN':
      return { kind: 'boolean' };
    case 'INT32':
      return { kind: 'integer', bits: 32, isSigned: true };
    case 'INT64':
      return { kind: 'integer', bits: 64, isSigned: true };
    // Timestamps of old writers, in nanoseconds.
    case 'INT96':
      return { kind: 'timestamp', unit: 'NANOS', isUtc: false };
    case 'FLOAT':
      return { kind: 'float' };
    case 'DOUBLE':
      return { kind: 'double' };
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return { kind: 'binary' };
    default:
      return { kind: 'other', name: String(type) };
  }
}

/** A column's type as Arrow writes it, for messages: `list<uint8>`, `struct<bytes: binary, path: string>`. */
export function typeName(column: SchemaTree): string {
  const { element, children } = column;
  const item = listItem(column);
  if (item !== undefined) return `list<${item.children.length === 0 ? valueTypeName(item.element) : typeName(item)}>`;
  if (children.length === 0) return valueTypeName(element);
  if (element.logical_type?.type === 'VARIANT') return 'variant';
  if (element.logical_type?.type === 'MAP' || element.converted_type === 'MAP') return 'map';
  return `struct<${children.map((child) => `${child.element.name}: ${typeName(child)}`).join(', ')}>`;
}

/** Whether a column has one plain value per row. */
export function isSingle({ element, children }: SchemaTree): boolean {
  return children.length === 0 && element.repetition_type !== 'REPEATED' && element.type !== undefined;
}

/** The item type of a list, in each of the three ways that Parquet files write lists; undefined for other types. */
export function listItem(column: SchemaTree): SchemaTree | undefined {
  const { element, children } = column;
  // A repeated value without a group around it.
  if (children.length === 0) return element.repetition_type === 'REPEATED' ? column : undefined;
  const isList = element.logical_type?.type === 'LIST' || element.converted_type === 'LIST';
  const [repeated] = children;
  if (!isList || children.length > 1 || repeated?.element.repetition_type !== 'REPEATED') return undefined;
  return repeated.children.length === 1 ? repeated.children[0] : repeated;
}

function valueTypeName(element: SchemaElement): string {
  const found = valueType(element);
  switch (found.kind) {
    case 'integer':
      return `${found.isSigned ? 'int' : 'uint'}${found.bits}`;
    case 'decimal':
      return `decimal(${found.precision}, ${found.scale})`;
    case 'timestamp':
      return `timestamp[${units[found.unit]}]`;
    case 'other':
      return found.name;
    case 'binary':
      return element.type === 'FIXED_LEN_BYTE_ARRAY' ? `fixed_size_binary[${element.type_length}]` : 'binary';
    default:
      return found.kind;
  }
}
