import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Backend, selectBackend } from '@kaleido/backend';
import { KaleidoError, readJson } from '@kaleido/foundation';
import { folderOnDisk, pathFromUser, threadCount, writeWhole } from '@kaleido/foundation/node';
import { openKaleido } from '@kaleido/pipeline/node';
import {
  openIndex,
  renderResults,
  type SearchQuery,
  type SearchResult,
  smallPicture,
  type WritableIndex,
} from '@kaleido/search/node';
import { resultList } from './result-list.ts';
import { wholeNumber } from './whole-number.ts';

export interface SearchSettings {
  readonly image?: string;
  readonly k: string;
  readonly where: readonly string[];
  readonly rerank?: string;
  readonly run?: string;
  readonly html?: string;
  readonly json?: string;
  readonly backend: string;
  readonly threads: string;
}

/** Searches an index for a text or a photograph, and prints or writes what it finds. */
export async function searchIndex(place: string, text: string | undefined, settings: SearchSettings): Promise<void> {
  const { image, html, json } = settings;
  if ((text === undefined) === (image === undefined))
    throw new KaleidoError({
      source: 'evaluate',
      problem: 'a search needs either a text or a photograph',
      found: text === undefined ? 'neither' : 'both',
      advice: 'e.g. search INDEX "red striped dress", or search INDEX --image photograph.jpg',
    });
  const path = pathFromUser(place);
  // Without the model: to see which one it is.
  const run = settings.run === undefined ? (await openIndex(path)).description.model.name : pathFromUser(settings.run);
  await selectBackend({ prefer: settings.backend as Backend, threads: threadCount(settings.threads, 'evaluate') });
  const model = await openKaleido(run);
  try {
    const index = await openIndex(path, { model, modelName: run });
    const query = await queryOf(text, settings, run);
    const start = performance.now();
    const result = await index.search(query);
    const milliseconds = performance.now() - start;
    if (json === '-') console.log(jsonOf(text, settings, result));
    else {
      console.log(resultList(result));
      console.log(
        `${result.compared} of ${index.size} products compared in ${milliseconds.toFixed(0)} ms, embedding included`,
      );
      if (json !== undefined) await writeWhole(pathFromUser(json), `${jsonOf(text, settings, result)}\n`);
    }
    if (html !== undefined) await writeWhole(pathFromUser(html), await pageOf(index, text, settings, result));
  } finally {
    model.dispose();
  }
}

async function queryOf(text: string | undefined, settings: SearchSettings, run: string): Promise<SearchQuery> {
  const most = 999_999_999;
  const common = { k: wholeNumber(settings.k, '--k', 1, most), where: filtersOf(settings.where) };
  const { image, rerank } = settings;
  if (image !== undefined && rerank !== undefined)
    throw new KaleidoError({
      source: 'evaluate',
      problem: '--rerank has no effect on --image: the matching head reads a text with photographs',
      advice: 'leave it out',
    });
  if (text === undefined) return { ...common, image: pathFromUser(image as string) };
  if (rerank === undefined) return { ...common, text };
  const best = wholeNumber(rerank, '--rerank', 1, most);
  const matchingWeight = await weightOf(run);
  return { ...common, text, rerank: { best, ...(matchingWeight === undefined ? {} : { matchingWeight }) } };
}

/** The weight of the matching head that the run has chosen on its validation lists. */
async function weightOf(run: string): Promise<number | undefined> {
  const evaluation = await readJson(folderOnDisk(run), 'evaluation.json', 'evaluate');
  const weight = (evaluation as { retrieval?: { matchingWeight?: unknown } } | undefined)?.retrieval?.matchingWeight;
  return typeof weight === 'number' ? weight : undefined;
}

function filtersOf(filters: readonly string[]): Record<string, string[]> {
  const where: Record<string, string[]> = {};
  for (const filter of filters) {
    const equals = filter.indexOf('=');
    if (equals < 1)
      throw new KaleidoError({
        source: 'evaluate',
        problem: '--where needs a field and a value',
        found: filter,
        advice: 'e.g. --where colour=red',
      });
    const field = filter.slice(0, equals);
    where[field] = [...(where[field] ?? []), filter.slice(equals + 1)];
  }
  return where;
}

function jsonOf(text: string | undefined, { image, where }: SearchSettings, result: SearchResult): string {
  return JSON.stringify({ query: text === undefined ? { image } : { text }, where, ...result }, undefined, 2);
}

async function pageOf(
  index: WritableIndex,
  text: string | undefined,
  { image, where }: SearchSettings,
  result: SearchResult,
): Promise<string> {
  return renderResults({
    query: text ?? basename(image as string),
    queryPicture: image === undefined ? undefined : await smallPicture(await readFile(pathFromUser(image))),
    result,
    where,
    index: basename(index.place),
    size: index.size,
    pictures: await index.pictures(result.hits.map(({ product }) => product.id)),
  });
}
