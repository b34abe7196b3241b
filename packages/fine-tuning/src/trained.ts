import type { Variable } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';
import type { KaleidoBert } from '@kaleido/model';

/**
 * What fine-tuning changes. `all`: the whole model and the head. `head`: the head alone; the model's outputs are computed
 * once, so that a step takes a fraction of the time. `lastLayers`: the head, the pooled [CLS], and so many of the
 * transformer's layers, counted from the last one.
 */
export type Trained = 'all' | 'head' | { readonly lastLayers: number };

/** @throws KaleidoError for a value that is none of these, or more layers than the model has */
export function checkTrained(trained: Trained, layers: number): void {
  if (trained === 'all' || trained === 'head') return;
  const wanted = (trained as { readonly lastLayers?: unknown } | null)?.lastLayers;
  if (typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= 1 && wanted <= layers) return;
  throw new KaleidoError({
    source: 'fine-tuning',
    problem: `trained must be "all", "head", or { lastLayers } from 1 to ${layers}, the model's number of layers`,
    found: trained,
    advice: 'leave it out to train everything',
  });
}

/**
 * The variables that fine-tuning changes, by name.
 * @param head the head's own, by name
 * @param ofHead tells the model's variables that count as the head, e.g. the projections of retrieval
 */
export function trainedVariables(
  model: KaleidoBert,
  trained: Trained,
  head: ReadonlyMap<string, Variable>,
  ofHead: (name: string) => boolean = () => false,
): ReadonlyMap<string, Variable> {
  const all = [...model.trainable()];
  const changes = (name: string): boolean => {
    if (trained === 'all' || ofHead(name)) return true;
    if (trained === 'head') return false;
    const layer = /^bert\/encoder\/layer_(\d+)\//.exec(name)?.[1];
    const first = model.config.num_hidden_layers - trained.lastLayers;
    return layer === undefined ? name.startsWith('bert/pooler/') : Number(layer) >= first;
  };
  return new Map([...all.filter(([name]) => changes(name)), ...head]);
}
