import { useMemo } from 'preact/hooks';
import { ownModel } from '../../engine/engine.ts';
import type { View } from '../../engine/engine-api.ts';
import { type Answer, useAnswer } from '../../engine/use-answer.ts';
import { Notice } from '../../parts/notice.tsx';
import { percent } from '../../parts/percent.ts';
import { gallery } from '../../state/gallery.ts';
import { setSettings, setting } from '../../state/place.ts';
import { addPhotograph, ownPhotographs, type Product, product } from '../../state/product.ts';
import { library, vectors } from './library.ts';
import { OwnPhotographs } from './own-photographs.tsx';
import { type Candidate, type Ranked, rankAll, rerank, reranked } from './rank.ts';

/** A photograph that is searched. */
interface Found extends Candidate {
  readonly name: string;
  readonly address: string;
  readonly source: Blob | string;
  readonly file?: File;
}

/** What is searched for, as a vector. */
interface Query {
  readonly vector: ArrayLike<number>;
  /** Milliseconds; absent if the vector was known before. */
  readonly took?: number;
}

/** Results that are shown at first. */
const shownFirst = 12;

/** A caption, or a photograph, against all photographs of the gallery and of the visitor. */
export function PhotographSearch() {
  const current = product.value;
  const isByPicture = setting('by') === 'picture';
  const text = setting('q') ?? current?.ownCaption ?? '';
  const words = text.trim();
  const isEmpty = !isByPicture && words === '';
  const candidates = useCandidates();
  const query = useQuery(current, isByPicture ? undefined : words);
  const vector = isEmpty ? undefined : query.value?.vector;
  const { ranked: first, took: compared } = useMemo(() => {
    const begin = performance.now();
    // A photograph finds others, not itself.
    const others = isByPicture ? candidates.filter(({ id }) => !isSame(id, current)) : candidates;
    return { ranked: rankAll(others, vector), took: performance.now() - begin };
  }, [candidates, vector, isByPicture, current]);
  const second = useSecondStage(isByPicture || !query.isCurrent ? undefined : words, first);
  const results = second.isCurrent && second.value !== undefined ? rerank(first, second.value.matches) : first;
  const isAll = setting('show') === 'all';
  return (
    <section class="match-search card" aria-labelledby="match-search-title">
      <h2 id="match-search-title">{isByPicture ? 'One photograph, all others' : 'One caption, all photographs'}</h2>
      <p class="soft match-lead">
        Search the gallery and photographs of your own.{' '}
        {isByPicture ? 'Choose another picture above, and the order follows.' : 'Type, and the pictures follow.'}
      </p>
      <search class="match-query">
        <div class="switch">
          <button type="button" aria-pressed={!isByPicture} onClick={() => setSettings({ by: undefined })}>
            By words
          </button>
          <button type="button" aria-pressed={isByPicture} onClick={() => setSettings({ by: 'picture' })}>
            By the picture above
          </button>
        </div>
        {isByPicture ? (
          <p class="match-by-picture">
            {current !== undefined && <img src={current.address} alt="" width="40" height="40" />}
            <span>What looks like this one?</span>
          </p>
        ) : (
          <input
            class="field"
            type="search"
            aria-label="Words to search for"
            placeholder="a red dress"
            value={text}
            onInput={({ currentTarget }) => setSettings({ q: currentTarget.value })}
          />
        )}
      </search>
      {!isByPicture && <Suggestions />}
      <OwnPhotographs />
      {query.error !== undefined && <Notice kind="problem">{query.error}</Notice>}
      {second.error !== undefined && <Notice kind="problem">{second.error}</Notice>}
      <Stages
        count={first.length}
        isByPicture={isByPicture}
        isEmpty={isEmpty}
        query={query}
        compared={compared}
        second={second}
      />
      <ol class="match-results" data-stages={isByPicture ? 1 : 2} aria-label="Photographs, the best first">
        {results.slice(0, isAll ? results.length : shownFirst).map((ranked, place) => (
          <Result key={ranked.item.id} ranked={ranked} place={place} isCurrent={isSame(ranked.item.id, current)} />
        ))}
      </ol>
      {results.length > shownFirst && (
        <p>
          <button
            type="button"
            class="button"
            aria-expanded={isAll}
            onClick={() => setSettings({ show: isAll ? undefined : 'all' })}
          >
            {isAll ? `Show the first ${shownFirst}` : `Show all ${results.length}`}
          </button>
        </p>
      )}
    </section>
  );
}

/** Everything that has a vector of the model that is loaded. */
function useCandidates(): readonly Found[] {
  const { items } = gallery.value;
  const own = library.value;
  const known = vectors.value;
  const isBundled = ownModel.value === undefined;
  return useMemo(
    () => [
      ...items.flatMap(({ id, caption, image, imageVector }) => {
        const address = new URL(image, document.baseURI).href;
        // The gallery's own vectors are the bundled model's.
        const vector = isBundled ? imageVector : known.get(id);
        return vector === undefined ? [] : [{ id, name: caption, address, source: address, vector }];
      }),
      ...own.flatMap(({ id, file, address }) => {
        const vector = known.get(id);
        return vector === undefined ? [] : [{ id, name: file.name, address, source: file, vector, file }];
      }),
    ],
    [items, own, known, isBundled],
  );
}

/** The vector of words, or of the current photograph. @param words undefined for the photograph */
function useQuery(current: Product | undefined, words: string | undefined): Answer<Query> {
  const { items } = gallery.value;
  const isBundled = ownModel.value === undefined;
  const known = useMemo((): Query | undefined => {
    if (!isBundled) return undefined;
    const vector =
      words === undefined
        ? items.find(({ id }) => id === current?.id)?.imageVector
        : items.find(({ caption }) => caption === words)?.captionVector;
    return vector === undefined ? undefined : { vector };
  }, [items, current?.id, words, isBundled]);
  const question =
    words === undefined ? current && `embed picture ${current.id}` : words === '' ? undefined : `embed words ${words}`;
  return useAnswer<Query>(
    question,
    async (api) => {
      const begin = performance.now();
      const [vector] =
        words !== undefined
          ? await api.embedCaptions([words])
          : current === undefined
            ? []
            : await api.embedPictures([current.picture]);
      if (vector === undefined) throw new Error('There is nothing to search for.');
      return { vector, took: performance.now() - begin };
    },
    known,
  );
}

interface SecondStage {
  readonly matches: ReadonlyMap<string, number>;
  readonly took: number;
}

/** The matching head on the best ones. @param words undefined asks nothing: the head reads words beside a photograph */
function useSecondStage(words: string | undefined, first: readonly Ranked<Found>[]): Answer<SecondStage> {
  const best = first.slice(0, reranked).map(({ item }) => item);
  const names = best.map(({ id }) => id);
  return useAnswer<SecondStage>(
    words === undefined || words === '' || best.length === 0 ? undefined : `rerank ${names.join()} ${words}`,
    async (api) => {
      const begin = performance.now();
      const views: View[] = best.map(({ id, source }) => ({ picture: { key: id, source } }));
      const { match } = await api.compare(views, [words ?? '']);
      return {
        matches: new Map(names.map((id, at) => [id, match[at] ?? 0])),
        took: performance.now() - begin,
      };
    },
  );
}

function isSame(id: string, current: Product | undefined): boolean {
  if (current === undefined) return false;
  if (id === current.id) return true;
  const file = library.value.find((photograph) => photograph.id === id)?.file;
  return file !== undefined && file === current.picture.source;
}

/** Words that find something in the gallery. */
function Suggestions() {
  const { items } = gallery.value;
  const every = Math.max(1, Math.floor(items.length / 5));
  const suggested = items.filter((_, at) => at % every === every - 1).slice(0, 5);
  return (
    <ul class="match-suggestions" aria-label="Words to try">
      {suggested.map(({ id, colour, subcategory }) => (
        <li key={id}>
          <button type="button" onClick={() => setSettings({ q: `${colour} ${subcategory}` })}>
            {colour} {subcategory}
          </button>
        </li>
      ))}
    </ul>
  );
}

interface StagesProps {
  readonly count: number;
  readonly isByPicture: boolean;
  readonly isEmpty: boolean;
  readonly query: Answer<Query>;
  readonly compared: number;
  readonly second: Answer<SecondStage>;
}

/** What each stage does, and how long it took. */
function Stages({ count, isByPicture, isEmpty, query, compared, second }: StagesProps) {
  const took = query.isCurrent ? query.value?.took : undefined;
  return (
    <ol class="match-stages small">
      <li>
        <b>1</b>
        <p>
          All {count} photographs by similarity.{' '}
          <span class="soft">
            {isEmpty ? (
              'Type some words.'
            ) : took === undefined ? (
              query.value === undefined ? (
                'The model is not ready yet.'
              ) : (
                'This one was computed in advance.'
              )
            ) : (
              <>
                {isByPicture ? 'Looking at the picture' : 'Reading the words'}{' '}
                <span class="number">{milliseconds(took)}</span>, comparing{' '}
                <span class="number">{milliseconds(compared)}</span>.
              </>
            )}
          </span>
        </p>
      </li>
      <li>
        <b>2</b>
        <p>
          {isByPicture ? (
            <span class="soft">
              No second stage: the matching head could read this picture beside the captions of those found, but
              measured on other garments that hardly helps (the same garment first for 82 % instead of 81 %).
            </span>
          ) : (
            <>
              The best {Math.min(reranked, count)} again: words and picture read together. Similarity and match decide.{' '}
              <span class="soft">
                {second.isCurrent && second.value !== undefined ? (
                  <>
                    Reading them <span class="number">{milliseconds(second.value.took)}</span>.
                  </>
                ) : isEmpty ? (
                  ''
                ) : (
                  'It follows.'
                )}
              </span>
            </>
          )}
        </p>
      </li>
    </ol>
  );
}

function milliseconds(time: number): string {
  return time < 1 ? '< 1 ms' : `${Math.round(time)} ms`;
}

interface ResultProps {
  readonly ranked: Ranked<Found>;
  readonly place: number;
  readonly isCurrent: boolean;
}

function Result({ ranked: { item, similarity, match, first }, place, isCurrent }: ResultProps) {
  const show = (): void => {
    const { file } = item;
    if (file === undefined) setSettings({ product: item.id, caption: undefined, box: undefined });
    else {
      const shown = ownPhotographs.value.find((photograph) => photograph.file === file);
      if (shown === undefined) addPhotograph(file);
      else setSettings({ product: shown.id, caption: undefined, box: undefined });
    }
  };
  const moved = first - place;
  return (
    <li>
      <button type="button" class="match-result" aria-pressed={isCurrent} title={item.name} onClick={show}>
        <img src={item.address} alt={item.name} loading="lazy" />
        <span class="match-result-numbers">
          <span>
            {similarity !== undefined && (
              <>
                <span class="soft">similarity</span>{' '}
                <span class="number">{similarity.toFixed(2).replace('-', '−')}</span>
              </>
            )}
          </span>
          <span>
            {match !== undefined && (
              <>
                <span class="soft">match</span> <span class="number">{percent(match)}</span>
              </>
            )}
          </span>
          {match !== undefined && moved !== 0 && (
            <span class="match-mark">
              {moved > 0 ? '↑' : '↓'} {Math.abs(moved)} {Math.abs(moved) === 1 ? 'place' : 'places'}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}
