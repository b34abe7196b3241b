import { patchCount } from '@kaleido/layout';
import type { Written } from '../../engine/engine-api.ts';

/** A word of a caption that the model wrote. */
export interface WrittenWord {
  readonly text: string;
  /** Signs that follow it without a blank, such as a full stop. */
  readonly signs: string;
  /** [55] how much it looked at each patch, the mean over its pieces; undefined until it is known */
  readonly attention?: Float32Array;
}

/** A word and the signs after it; what is only signs is a word too. */
const wordAndSigns = /^(.+?)([.,:;!?]*)$/u;

/** The words of a caption between its blanks, each with the attention of its pieces. */
export function writtenWords({ caption, pieces }: Written): WrittenWord[] {
  const starts = pieceStarts(caption, pieces);
  return Array.from(caption.matchAll(/\S+/gu), ({ 0: found, index }) => {
    const [, text = found, signs = ''] = wordAndSigns.exec(found) ?? [];
    const own = pieces.filter((_, at) => {
      const start = starts[at] ?? -1;
      return start >= index && start < index + text.length;
    });
    return { text, signs, ...(own.length === 0 ? {} : { attention: meanOf(own) }) };
  });
}

/** Where each piece begins in the caption, which has all of their characters in order, and blanks between some. */
function pieceStarts(caption: string, pieces: Written['pieces']): number[] {
  let position = 0;
  return pieces.map(({ piece }) => {
    const characters = piece.replace(/^##/, '');
    const start = caption.indexOf(characters, position);
    if (start >= 0) position = start + characters.length;
    return start;
  });
}

function meanOf(pieces: Written['pieces']): Float32Array {
  return Float32Array.from(
    { length: patchCount },
    (_, patch) => pieces.reduce((sum, { attention }) => sum + (attention[patch] ?? 0), 0) / pieces.length,
  );
}
