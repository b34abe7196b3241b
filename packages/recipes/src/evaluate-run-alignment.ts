import type { Evaluation } from '@kaleido/eval';
import { KaleidoError } from '@kaleido/foundation';
import { partMentions } from '@kaleido/splits';
import { alignmentOfSplit } from './alignment-of-split.ts';
import { chooseSplit, type EvaluateRunOptions, openRun, prepareChosen } from './evaluate-run-folder.ts';

/**
 * How often the aligner of a finished run finds the part that a word mentions, by the aligner's name.
 * @throws KaleidoError for a run without an aligner, for products whose parts are not known, and as
 *   `evaluateRunRetrieval`
 */
export async function evaluateRunAlignment(options: EvaluateRunOptions): Promise<NonNullable<Evaluation['alignment']>> {
  const run = await openRun(options);
  const { recipe, context } = run;
  if (recipe.alignment === undefined)
    throw new KaleidoError({
      source: 'recipes',
      problem: `the run ${options.run} has no aligner: its recipe ${recipe.name} has no "alignment"`,
      advice: 'give a run whose recipe has "alignment"',
    });
  const from = await chooseSplit(recipe, options, 'heldOut');
  const isKnown = partMentions(from.source, context.tokenizer, context.config.text_seq_len) !== undefined;
  const measured = isKnown ? await alignmentOfSplit(context, from, await prepareChosen(run, from)) : undefined;
  if (measured?.figures !== undefined) return measured.figures;
  throw new KaleidoError({
    source: 'recipes',
    problem: `alignment cannot be measured on ${from.source.name}`,
    found: isKnown ? 'no caption that mentions a visible part' : 'photographs whose parts are unknown',
    advice: isKnown
      ? 'give more garments'
      : 'leave out --data: of the garments that the atelier draws, it knows the parts',
  });
}
