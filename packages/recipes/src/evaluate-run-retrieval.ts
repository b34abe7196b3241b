import type { Evaluation } from '@kaleido/eval';
import {
  drawLists,
  retrievalFigures,
  type ScoredLists,
  scoreLists,
  worstOfLists,
  worstQueryIds,
} from '@kaleido/scoring';
import {
  readListFile,
  readSmallPictures,
  refuseSkipped,
  retrievalFailures,
  samePictureNotes,
} from '@kaleido/scoring/node';
import { type PreparedSplit, type SourceSplit, subcategoryNotes } from '@kaleido/splits';
import { withScorer } from './evaluate-run.ts';
import { chooseSplit, type EvaluateRunOptions, type OpenRun, openRun, prepareChosen } from './evaluate-run-folder.ts';
import { lengthNotes } from './inspect-products.ts';
import { listSeeds } from './list-seeds.ts';
import { incomparable, type MeasuredSet, measuredSet, type PageOfEvaluation, pageFrame } from './measured-set.ts';

export interface EvaluateRetrievalOptions extends EvaluateRunOptions {
  /** Files of candidate lists. Default: lists are drawn as the recipe says. */
  readonly lists?: readonly string[];
  readonly page?: PageOfEvaluation | undefined;
}

/** Retrieval figures of candidate lists, and a page if one was asked for. */
interface MeasuredRetrieval {
  readonly measured: MeasuredSet;
  readonly retrieval: NonNullable<Evaluation['retrieval']>;
  /** HTML. */
  readonly page?: string;
}

/**
 * Retrieval figures of a finished run on any products. The combined scorer uses the weight that the run chose, never
 * one chosen on the given lists.
 * @throws KaleidoError for a folder without a finished run, a list that does not belong to the split, and as
 * `openData` and `prepareSplit` do
 */
export async function evaluateRunRetrieval(options: EvaluateRetrievalOptions): Promise<MeasuredRetrieval> {
  const run = await openRun(options);
  const given = await Promise.all((options.lists ?? []).map(readListFile));
  const from = await chooseSplit(run.recipe, options, 'retrieval');
  const split = await prepareChosen(run, from);
  if (given.length > 0) refuseSkipped(given, split);
  const { products } = split;
  const { evaluation } = run.recipe;
  const files = given.length > 0 ? given : await drawLists(products, listSeeds(run.recipe), evaluation);
  const notes =
    given.length > 0
      ? given.flatMap((file) => samePictureNotes(file, products))
      : [
          ...subcategoryNotes(split),
          ...lengthNotes(split.name, files[0]?.lists[0]?.candidates.length ?? 0, evaluation.candidates),
        ];
  for (const note of notes) options.onMessage?.(note);
  options.onPart?.('retrieval');
  const scored = await withScorer(run.context, split, run.weights, (scorer) =>
    scoreLists(files, products, scorer, (done, total) => options.onProgress?.(done, total)),
  );
  const retrieval = retrievalFigures(scored, run.weight);
  const measured = measuredSet(run, from, split);
  if (options.page === undefined) return { measured, retrieval };
  const drawn = given.length === 0;
  return {
    measured,
    retrieval,
    page: await pageOf({ run, from, split, scored, measured, notes, drawn }, retrieval, options.page),
  };
}

interface Scored {
  readonly run: OpenRun;
  readonly from: SourceSplit;
  readonly split: PreparedSplit;
  readonly scored: ScoredLists;
  readonly measured: MeasuredSet;
  readonly notes: readonly string[];
  /** Whether the lists were drawn, not given. */
  readonly drawn: boolean;
}

async function pageOf(
  { run, from, split, scored, measured, notes, drawn }: Scored,
  retrieval: NonNullable<Evaluation['retrieval']>,
  page: PageOfEvaluation,
): Promise<string> {
  run.context.options.onPart?.('page');
  const worst = worstOfLists(scored, run.weight, page.worst);
  const pictures = await readSmallPictures(from, worstQueryIds(worst));
  const lengths = new Set(scored.embeddings.flatMap(({ lists }) => lists.map(({ list }) => list.candidates.length)));
  const [length] = lengths;
  const { facts, ...frame } = pageFrame(run, measured, page);
  const { data } = run.recipe;
  const choice = data.kind === 'folder' ? data.validation : 'retrievalChoice';
  // Loaded here: plots take half a second to load, and only a page needs them.
  const { renderRetrieval } = await import('@kaleido/eval/node');
  return renderRetrieval({
    ...frame,
    heading: 'Retrieval in lists',
    description: `Captions for photographs and photographs for captions, by ${measured.recipe} on ${measured.data}, ${measured.split}.`,
    facts: [
      ...facts,
      ['Lists', drawn ? `drawn with seeds 0 to ${retrieval.files.length - 1}` : 'given'],
      [
        'Candidates',
        drawn
          ? 'the right one and others of its sub-category, with another caption and another picture; where these are too few, of others'
          : 'as the lists say',
      ],
      ['Equal scores', 'the right candidate ranks last among them'],
      [
        'Combined score',
        `match score weighs ${run.weight}, as the run chose it on other lists, of its split ${choice}`,
      ],
      [
        'Failures',
        `up to ${page.worst} queries in each direction, those whose right answer ranks furthest down by the combined score`,
      ],
    ],
    notes: [incomparable, ...notes],
    dataSet: `${measured.data}, ${measured.split}`,
    measured: { kind: 'lists', retrieval, candidates: lengths.size === 1 ? length : undefined },
    failures: retrievalFailures(worst, split.products, pictures),
  });
}
