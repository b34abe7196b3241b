import { type AlignedSplit, measureAlignment } from '@kaleido/scoring/node';
import { type PreparedSplit, partMentions, type SourceSplit } from '@kaleido/splits';
import type { RunContext } from './run-context.ts';
import { alignerSplit } from './steps/align.ts';

/** What the run's aligner finds in a split; undefined without an aligner. */
export async function alignmentOfSplit(
  { options, tokenizer, config, folder }: Pick<RunContext, 'options' | 'tokenizer' | 'config' | 'folder'>,
  from: SourceSplit,
  split: PreparedSplit,
): Promise<AlignedSplit | undefined> {
  const { recipe, onPart, onProgress } = options;
  const { alignment } = recipe;
  if (alignment === undefined) return undefined;
  const textLength = config.text_seq_len;
  const features = await alignerSplit(options, alignment, from, split);
  onPart?.('alignment');
  return measureAlignment(await folder.aligner(), partMentions(from.source, tokenizer, textLength), {
    settings: alignment.aligner,
    split: features,
    tokenizer,
    textLength,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
