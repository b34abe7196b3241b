import { NeighbourCounts } from '@kaleido/eval';
import { decodeSafetensors, encodeSafetensors, KaleidoError } from '@kaleido/foundation';
import type { TaskCatalogue } from '@kaleido/pretrain-tasks';

/** The counts' file in a run folder. */
export const captionCountsFile = 'caption-counts.safetensors';

/** Which piece stood between which two in the captions of a catalogue. */
export function countCaptions(
  { ids, lengths, rows, textLength }: TaskCatalogue,
  vocabularySize: number,
): NeighbourCounts {
  function* captions(): Generator<Int32Array> {
    for (let row = 0; row < rows; row++)
      yield ids.subarray(row * textLength, row * textLength + (lengths[row] as number));
  }
  return NeighbourCounts.of(captions(), vocabularySize);
}

/** `triples` [N, 4] of a `NeighbourCounts`, with the vocabulary's size in the metadata. */
export function encodeCaptionCounts({ triples, vocabularySize }: NeighbourCounts): Uint8Array {
  const bytes = new Uint8Array(triples.buffer, triples.byteOffset, triples.byteLength);
  const tensor = { type: 'I32', shape: [triples.length / 4, 4], bytes } as const;
  return encodeSafetensors([['triples', tensor]], { vocabularySize: String(vocabularySize) });
}

/** @throws KaleidoError for another file, or a damaged one */
export function decodeCaptionCounts(content: Uint8Array, path: string): NeighbourCounts {
  const { tensors, metadata } = decodeSafetensors(content, path);
  const { type, shape, bytes } = tensors.get('triples') ?? {};
  const size = Number(metadata.vocabularySize);
  if (type !== 'I32' || shape?.[1] !== 4 || bytes === undefined || !Number.isSafeInteger(size))
    throw new KaleidoError({
      source: 'scoring',
      problem: `${path} does not hold counts of captions`,
      found: `tensors ${[...tensors.keys()].join(', ') || 'none'}`,
      advice: 'delete it: words are then measured without the baselines',
    });
  const triples = new Int32Array(bytes.byteLength / 4);
  new Uint8Array(triples.buffer).set(bytes);
  return new NeighbourCounts(triples, size);
}
