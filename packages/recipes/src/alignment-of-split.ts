import type { Evaluation } from '@kaleido/eval';
import { measureAlignment } from '@kaleido/scoring/node';
import { type PreparedSplit, partMentions, type SourceSplit } from '@kaleido/splits';
import type { RunContext } from './run-context.ts';
import { alignerSplit } from './steps/align.ts';

/** Figures of the run's aligner; undefined without an aligner, and where nobody knows what the photographs show. */
export async function alignmentOfSplit(
  { options, tokenizer, config, folder }: Pick<RunContext, 'options' | 'tokenizer' | 'config' | 'folder'>,
  from: SourceSplit,
  split: PreparedSplit,
): Promise<Evaluation['alignment']> {
  const { recipe, onPart, onProgress } = options;
  const { alignment } = recipe;
  const textLength = config.text_seq_len;
  const mentionsOf = partMentions(from.source, tokenizer, textLength);
  if (alignment === undefined || mentionsOf === undefined) return undefined;
  const features = await alignerSplit(options, alignment, from, split);
  onPart?.('alignment');
  const figures = await measureAlignment(await folder.aligner(), mentionsOf, {
    settings: alignment.aligner,
    split: features,
    tokenizer,
    textLength,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return figures.mentions === 0 ? undefined : { [alignment.aligner.kind]: figures };
}
