import { KaleidoError } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';
import { openFeatures } from '@kaleido/kaleido-patches/store';
import { openKaleido } from '@kaleido/pipeline/node';
import { type EvaluateRunOptions, prepareRunProducts } from '@kaleido/recipes/node';
import {
  type AddReport,
  createIndex,
  embedFromFeatures,
  openIndex,
  type VectorPrecision,
  type WritableIndex,
} from '@kaleido/search/node';

export interface IndexSettings {
  readonly out: string;
  readonly precision: string;
  readonly features?: boolean;
  readonly pictures: boolean;
  readonly prune?: boolean;
}

/** What was done to an index. */
export interface IndexFigures extends AddReport {
  readonly deleted: number;
  /** In the index now. */
  readonly products: number;
  readonly width: number;
  readonly precision: VectorPrecision;
  /** Of embedding and writing, without making the features. */
  readonly seconds: number;
}

/** Makes an index of a run's or a folder's products, or brings one up to date. */
export async function buildIndex(run: EvaluateRunOptions, settings: IndexSettings): Promise<IndexFigures> {
  const precision = precisionOf(settings.precision);
  const out = pathFromUser(settings.out);
  const features = settings.features === true;
  const { from, split } = await prepareRunProducts(run);
  const model = await openKaleido(run.run);
  try {
    const index = await createIndex(out, { model, modelName: run.run, precision, features });
    run.onPart?.(`index ${out}`);
    const start = performance.now();
    const rows = new Map(split.products.map(({ id }, row) => [id, row]));
    const reader = await openFeatures(split.features);
    try {
      // Its warnings were said when the features were made.
      const products = from.source.products(from.split, { onWarning: () => undefined });
      const report = await index.add(products, {
        embed: embedFromFeatures(model, reader, (id) => rows.get(id), { withFeatures: features }),
        pictures: settings.pictures,
        onProgress: (read) => run.onProgress?.(read, split.products.length),
      });
      const deleted = settings.prune === true ? await prune(index, rows) : 0;
      const seconds = (performance.now() - start) / 1000;
      const { width, products: count } = index.description;
      const figures: IndexFigures = { ...report, deleted, products: count, width, precision, seconds };
      say(figures, out);
      return figures;
    } finally {
      await reader.close?.();
    }
  } finally {
    model.dispose();
  }
}

export async function removeFromIndex(index: string, ids: readonly string[]): Promise<void> {
  const opened = await openIndex(pathFromUser(index));
  const deleted = await opened.delete(ids);
  const unknown = new Set(ids).size - deleted;
  console.log(`${deleted} deleted${unknown > 0 ? `, ${unknown} not in the index` : ''}; ${opened.size} products left`);
}

function prune(index: WritableIndex, kept: ReadonlyMap<string, unknown>): Promise<number> {
  return index.delete([...index.products()].flatMap(({ id }) => (kept.has(id) ? [] : [id])));
}

function say(
  { added, replaced, unchanged, leftOut, deleted, products, width, seconds }: IndexFigures,
  out: string,
): void {
  const counts = { added, replaced, unchanged, deleted, 'left out': leftOut.length };
  const done = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  console.log(`\n${out}: ${products} products, ${width} numbers each (${done.join(', ')}) in ${seconds.toFixed(1)} s`);
  for (const { id, reason } of leftOut.slice(0, 5)) console.log(`left out: ${id}: ${reason}`);
  if (leftOut.length > 5) console.log(`and ${leftOut.length - 5} more`);
}

function precisionOf(name: string): VectorPrecision {
  if (name === 'float32' || name === 'int8') return name;
  throw new KaleidoError({
    source: 'evaluate',
    problem: '--precision must be float32 or int8',
    found: name,
    advice: 'float32 is exact; int8 takes a quarter of the space',
  });
}
