import { randomStream } from '@kaleido/foundation';
import { type MaskedCaption, type MaskingVocabulary, maskRow, type TaskCatalogue } from '@kaleido/pretrain-tasks';

/**
 * Masks a caption to measure how well words are read: 15 % of its pieces in whole words, all of them shown as [MASK],
 * so that none can be copied. A row and a seed give the same words whatever else is measured.
 */
export function maskForReading(
  catalogue: TaskCatalogue,
  row: number,
  vocabulary: MaskingVocabulary,
  seed: number,
): MaskedCaption {
  const masking = { rate: 0.15, predictions: catalogue.textLength, shownAsMask: 1 };
  return maskRow(catalogue, row, vocabulary, masking, randomStream(seed, 'words to read', row));
}
