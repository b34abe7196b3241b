import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Backend, selectBackend } from '@kaleido/backend';
import { KaleidoError, readJson } from '@kaleido/foundation';
import { folderOnDisk, pathFromUser, threadCount, writeWhole } from '@kaleido/foundation/node';
import { openKaleido } from '@kaleido/pipeline/node';
import {
  describeIndex,
  openIndex,
  renderResults,
  type SearchQuery,
  type SearchResult,
  smallPicture,
  type WritableIndex,
} from '@kaleido/search/node';
import { indexPlace } from './index-place.ts';
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
  const path = indexPlace(place);
  const query = queryOf(text, settings);
  const run = settings.run === undefined ? await runOf(path) : pathFromUser(settings.run);
  await selectBackend({ prefer: settings.backend as Backend, threads: threadCount(settings.threads, 'evaluate') });
  const model = await openKaleido(run);
  try {
    const index = await openIndex(path, { model, modelName: run });
    const asked = await weighted(query, run);
    const start = performance.now();
    const result = await index.search(asked);
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

/** The run that an index names. @throws KaleidoError if there is none in its place */
async function runOf(index: string): Promise<string> {
  const { name } = (await describeIndex(index)).model;
  const config = await folderOnDisk(name).open('config.json');
  await config?.close();
  if (config !== undefined) return name;
  throw new KaleidoError({
    source: 'evaluate',
    problem: `the index ${index} names a model whose folder is not here`,
    found: name,
    advice: 'say where it is: --run DIR',
  });
}

function queryOf(text: string | undefined, settings: SearchSettings): SearchQuery {
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
  return { ...common, text, rerank: { best: wholeNumber(rerank, '--rerank', 1, most) } };
}

/** A query with re-ranking gets the weight that the run has chosen. */
async function weighted(query: SearchQuery, run: string): Promise<SearchQuery> {
  if (!('text' in query) || query.rerank === undefined) return query;
  const matchingWeight = await weightOf(run);
  return matchingWeight === undefined ? query : { ...query, rerank: { ...query.rerank, matchingWeight } };
}

/** The weight of the matching head that the run has chosen on its validation lists. */
async function weightOf(run: string): Promise<number | undefined> {
  const evaluation = await readJson(folderOnDisk(run), 'evaluation.json', 'evaluate');
  const weight = (evaluation as { retrieval?: { matchingWeight?: unknown } } | undefined)?.retrieval?.matchingWeight;
  return typeof weight === 'number' ? weight : undefined;
}

function filtersOf(filters: readonly string[]): Record<string, string[]> {
  // Without a prototype: a field may be called "constructor".
  const where: Record<string, string[]> = Object.create(null);
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
  return renderResults(index, {
    query: text ?? basename(image as string),
    queryPicture: image === undefined ? undefined : await smallPicture(await readFile(pathFromUser(image))),
    result,
    where,
  });
}
