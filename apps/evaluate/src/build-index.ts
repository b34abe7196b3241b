import type { Product } from '@kaleido/data';
import { KaleidoError, printable } from '@kaleido/foundation';
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
import { indexPlace } from './index-place.ts';

export interface IndexSettings {
  readonly out: string;
  readonly precision: string;
  readonly features?: boolean;
  readonly pictures: boolean;
  readonly prune?: boolean;
}

type RunProducts = Awaited<ReturnType<typeof prepareRunProducts>>;

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
      const reasons = new Map(split.skipped.map(({ id, reason }) => [id, reason]));
      const rowOf = (id: string): number | { readonly reason: string } =>
        rows.get(id) ?? { reason: reasons.get(id) ?? 'it is not among the products whose features were made' };
      const met = new Set<string>();
      const report = await index.add(noting(from, met), {
        embed: embedFromFeatures(model, reader, rowOf, { withFeatures: features }),
        pictures: settings.pictures,
        onProgress: (read) => run.onProgress?.(read, split.products.length),
      });
      // Rows of the data that could not become a product.
      const notMet = split.skipped.filter(({ id }) => !met.has(id)).map(({ id, reason }) => ({ id, reason }));
      for (const { id } of notMet) met.add(id);
      const deleted = settings.prune === true ? await prune(index, met) : 0;
      const seconds = (performance.now() - start) / 1000;
      const { width, products: count } = index.description;
      const leftOut = [...report.leftOut, ...notMet];
      const figures: IndexFigures = { ...report, leftOut, deleted, products: count, width, precision, seconds };
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
  const opened = await openIndex(indexPlace(index));
  const deleted = await opened.delete(ids);
  const unknown = new Set(ids).size - deleted;
  console.log(`${deleted} deleted${unknown > 0 ? `, ${unknown} not in the index` : ''}; ${opened.size} products left`);
}

/** The products of a split; their ids are noted on the way. Warnings were said when the features were made. */
async function* noting({ source, split }: RunProducts['from'], ids: Set<string>): AsyncGenerator<Product> {
  for await (const product of source.products(split, { onWarning: () => undefined })) {
    ids.add(product.id);
    yield product;
  }
}

/** @param kept also ids that could not be read this time: they are still in the data */
function prune(index: WritableIndex, kept: ReadonlySet<string>): Promise<number> {
  return index.delete([...index.products()].flatMap(({ id }) => (kept.has(id) ? [] : [id])));
}

function say(
  { added, replaced, unchanged, leftOut, deleted, products, width, seconds }: IndexFigures,
  out: string,
): void {
  const counts = { added, replaced, unchanged, deleted, 'left out': leftOut.length };
  const done = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  console.log(`\n${out}: ${products} products, ${width} numbers each (${done.join(', ')}) in ${seconds.toFixed(1)} s`);
  for (const { id, reason } of leftOut.slice(0, 5)) console.log(printable(`left out: ${id}: ${reason}`));
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
