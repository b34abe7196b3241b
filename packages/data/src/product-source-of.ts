import type { ProductSource } from './product.ts';
import type { RowSource } from './row-source.ts';
import { unknownSplit } from './unknown-split.ts';

/** A source with splits of its own as a catalogue. */
export function productSourceOf(source: RowSource, onWarning?: (message: string) => void): ProductSource {
  const { name, fingerprint, splits } = source;
  return {
    name,
    fingerprint,
    splits,
    rows: (split) => source.rows?.(split),
    products(split, reading = {}) {
      if (!splits.includes(split)) throw unknownSplit(name, split, splits);
      return source.read(split, onWarning === undefined ? reading : { onWarning, ...reading });
    },
  };
}
