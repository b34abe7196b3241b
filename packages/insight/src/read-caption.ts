import { type CaptionWord, captionWords, type TextBatch } from '@kaleido/layout';
import { sliceOffsets, type Tokenizer } from '@kaleido/tokenizer';
import type { Reader } from './reader.ts';

/** A word of a caption: its pieces `start` to `end` - 1, its characters `from` to `to` - 1. */
export interface ReadWord extends CaptionWord {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Whether it is a `[MASK]` of the caption. */
  readonly masked: boolean;
}

/** A caption as the model reads it. */
export interface ReadCaption {
  readonly caption: string;
  /** [T], [CLS] first and [SEP] last */
  readonly ids: Int32Array;
  /** [T] */
  readonly pieces: readonly string[];
  readonly words: readonly ReadWord[];
  /** Characters of the caption that did not fit into the model's text. */
  readonly cut: number;
}

const mask = '[MASK]';

/**
 * Cuts a caption into word pieces. Each `[MASK]` in it, in capitals, is one masked piece.
 * @param longest T at most, [CLS] and [SEP] included
 */
export function readCaption(caption: string, tokenizer: Tokenizer, longest: number): ReadCaption {
  const { specialTokenIds: special, vocabulary } = tokenizer;
  const ids: number[] = [special.classification];
  const starts: number[] = [0];
  const places: (readonly [from: number, to: number])[] = [[0, 0]];
  let position = 0;
  for (const [index, part] of caption.split(mask).entries()) {
    if (index > 0) {
      ids.push(special.mask);
      starts.push(1);
      places.push([position - mask.length, position]);
    }
    const encoded = tokenizer.encode(part);
    const offsets = sliceOffsets(part, encoded.offsets);
    for (let at = 1; at < encoded.ids.length - 1; at++) {
      ids.push(encoded.ids[at] as number);
      starts.push(encoded.wordStarts[at] as number);
      const [from, to] = offsets[at] as [number, number];
      places.push([position + from, position + to]);
    }
    position += part.length + mask.length;
  }
  const kept = Math.min(ids.length, longest - 1);
  const end = places[kept - 1]?.[1] ?? 0;
  ids.length = kept;
  ids.push(special.separator);
  const words = captionWords(Uint8Array.from(starts), ids.length).map(({ start, end: after }): ReadWord => {
    const [from] = places[start] as readonly [number, number];
    const [, to] = places[after - 1] as readonly [number, number];
    return { start, end: after, from, to, text: caption.slice(from, to), masked: ids[start] === special.mask };
  });
  return {
    caption,
    ids: Int32Array.from(ids),
    pieces: ids.map((id) => vocabulary[id] as string),
    words,
    cut: kept < places.length ? caption.slice(end).trim().length : 0,
  };
}

/** [T] 1 where a piece begins a word */
export function wordStartsOf({ ids, words }: ReadCaption): Uint8Array {
  const starts = new Uint8Array(ids.length);
  for (const { start } of words) starts[start] = 1;
  return starts;
}

/** The same caption B times, each row with some pieces replaced by `id`. @param replaced pieces of each row */
export function textRows(ids: Int32Array, id: number, replaced: readonly (readonly number[])[]): TextBatch {
  const [size, textLength] = [replaced.length, ids.length];
  const rows = new Int32Array(size * textLength);
  for (const [row, pieces] of replaced.entries()) {
    rows.set(ids, row * textLength);
    for (const piece of pieces) rows[row * textLength + piece] = id;
  }
  return { size, textLength, ids: rows, mask: new Float32Array(size * textLength).fill(1) };
}

/** Captions as rows of one length, a multiple of 4, so that few shapes occur. */
export function captionRows({ model, tokenizer }: Reader, captions: readonly string[]): TextBatch {
  const longest = model.config.text_seq_len;
  const rows = captions.map((caption) => readCaption(caption, tokenizer, longest).ids);
  const textLength = Math.min(longest, Math.ceil(Math.max(...rows.map(({ length }) => length)) / 4) * 4);
  const ids = new Int32Array(rows.length * textLength).fill(tokenizer.specialTokenIds.padding);
  const mask = new Float32Array(rows.length * textLength);
  for (const [row, own] of rows.entries()) {
    ids.set(own, row * textLength);
    mask.fill(1, row * textLength, row * textLength + own.length);
  }
  return { size: rows.length, textLength, ids, mask };
}
