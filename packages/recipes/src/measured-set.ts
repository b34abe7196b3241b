import type { EvaluationPage } from '@kaleido/eval/node';
import type { PreparedSplit, SourceSplit } from '@kaleido/splits';
import type { OpenRun } from './evaluate-run-folder.ts';

/** On what an evaluation was made. */
export interface MeasuredSet {
  /** The run's folder, and its recipe's name. */
  readonly run: string;
  readonly recipe: string;
  /** What the source calls its products. */
  readonly data: string;
  readonly split: string;
  /** Photographs measured, and products left out. */
  readonly pictures: number;
  readonly leftOut: number;
}

/** Asks for a page. */
export interface PageOfEvaluation {
  /** How many of the worst failures it shows: of each classifier, or in each direction. */
  readonly worst: number;
  /** The command that repeats the evaluation. */
  readonly command: string;
}

export function measuredSet(
  { recipe, context: { options } }: OpenRun,
  { source, split: name }: SourceSplit,
  split: PreparedSplit,
): MeasuredSet {
  return {
    run: options.out,
    recipe: recipe.name,
    data: source.name,
    split: name,
    pictures: split.products.length,
    leftOut: split.skipped.length,
  };
}

/** The part of a page that all evaluations share. */
export function pageFrame(
  { context: { config, options } }: OpenRun,
  { run, recipe, data, split, pictures, leftOut }: MeasuredSet,
  { command }: PageOfEvaluation,
): Pick<EvaluationPage, 'measuredAt' | 'command'> & { readonly facts: [string, string][] } {
  return {
    measuredAt: new Date().toISOString(),
    command,
    facts: [
      ['Run', run],
      ['Recipe', recipe],
      ['Layers, width, heads', `${config.num_hidden_layers}, ${config.hidden_size}, ${config.num_attention_heads}`],
      ['Data', data],
      ['Split', split],
      ['Pictures measured', pictures.toLocaleString('en')],
      ['Left out', leftOut.toLocaleString('en')],
      ['Backend', `${options.backend}, ${options.threads} threads`],
    ],
  };
}

/** Said on every page with recalls. */
export const incomparable =
  'A recall belongs to its candidates, queries and data set: figures of another protocol are not comparable, and R@k alone does not say which of two models is better.';
