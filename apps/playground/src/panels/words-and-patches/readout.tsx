import type { Box } from '@kaleido/kaleido-patches';
import { formatLink, formatShare } from './format-link.ts';
import { fullValue, type Links, type NamedRows, namedProbability, patchesOf, strongest, wordsOf } from './links.ts';
import { PhotographLayer, viewBoxOf } from './patched-picture.tsx';
import { patchName } from './places.ts';
import type { Geometry } from './use-geometry.ts';
import { waitingText } from './waiting-text.ts';

interface Props {
  readonly address: string;
  readonly geometry: Geometry | undefined;
  /** Undefined until the source has answered. */
  readonly links: Links | undefined;
  readonly named: NamedRows | undefined;
  readonly word: number | undefined;
  readonly patch: number | undefined;
  readonly onWord: (word: number) => void;
  readonly onPatch: (patch: number) => void;
}

/** Rows of a ranking. */
const most = 5;

/** What a word or a patch is linked with, in numbers. */
export function Readout(props: Props) {
  const { address, geometry, links, named, word, patch, onWord, onPatch } = props;
  if (links === undefined) return <p class="soft words-waiting">{waitingText()}</p>;
  const chosen = word === undefined ? undefined : links.words[word];
  return (
    <div class="words-rankings">
      <div class={`words-ranking${chosen === undefined ? ' is-empty' : ''}`}>
        {chosen === undefined || word === undefined ? (
          <>
            <h3>No word</h3>
            <p class="small soft">Point at a word, and its patches light up.</p>
          </>
        ) : (
          <>
            <h3>“{chosen.text}”</h3>
            <p class="small">{sentenceOf(links, named, word)}</p>
            <PatchRanking {...{ address, geometry, links, word, onPatch }} />
          </>
        )}
      </div>
      <div class={`words-ranking${patch === undefined ? ' is-empty' : ''}`}>
        {patch === undefined ? (
          <>
            <h3>No patch</h3>
            <p class="small soft">Point at a patch, and its words light up.</p>
          </>
        ) : (
          <>
            <h3>{patchName(patch)}</h3>
            <p class="small">
              {chosen !== undefined && word !== undefined && (
                <>
                  With “{chosen.text}”:{' '}
                  <strong class="number">{formatLink(links.source, patchesOf(links, word)[patch] ?? 0)}</strong>
                </>
              )}
            </p>
            <WordRanking {...{ links, patch, onWord }} />
          </>
        )}
      </div>
    </div>
  );
}

function PatchRanking({
  address,
  geometry,
  links,
  word,
  onPatch,
}: Pick<Props, 'address' | 'geometry' | 'onPatch'> & { readonly links: Links; readonly word: number }) {
  const values = patchesOf(links, word);
  const full = fullValue(links.source, values);
  return (
    <ol class="words-rows">
      {strongest(values, full, most).map((patch) => (
        <li key={patch}>
          <button type="button" class="words-row" onClick={() => onPatch(patch)}>
            <Crop address={address} geometry={geometry} box={geometry?.patches[patch]} />
            <span>{patchName(patch)}</span>
            <Bar value={values[patch] ?? 0} full={full} />
            <span class="number">{formatLink(links.source, values[patch] ?? 0)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function WordRanking({
  links,
  patch,
  onWord,
}: Pick<Props, 'onWord'> & { readonly links: Links; readonly patch: number }) {
  const values = wordsOf(links, patch);
  const full = fullValue(links.source, values);
  const top = strongest(values, full, most);
  if (top.length === 0)
    return (
      <p class="small soft">
        {links.source === 'alignment' ? 'The aligner pairs no word with it.' : 'Hardly any word goes with it.'}
      </p>
    );
  return (
    <ol class="words-rows">
      {top.map((word) => (
        <li key={word}>
          <button type="button" class="words-row words-row-word" onClick={() => onWord(word)}>
            <span>{links.words[word]?.text}</span>
            <Bar value={values[word] ?? 0} full={full} />
            <span class="number">{formatLink(links.source, values[word] ?? 0)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Bar({ value, full }: { readonly value: number; readonly full: number }) {
  const width = full === 0 ? 0 : Math.min(100, (100 * Math.abs(value)) / full);
  return (
    <span class={`words-bar${value < 0 ? ' is-against' : ''}`} aria-hidden="true">
      <span class="words-bar-length" style={{ width: `${width}%` }} />
    </span>
  );
}

/** The patch itself, small. */
function Crop({
  address,
  geometry,
  box,
}: {
  readonly address: string;
  readonly geometry: Geometry | undefined;
  readonly box: Box | undefined;
}) {
  return (
    <span class="words-crop">
      {geometry !== undefined && box !== undefined && (
        <svg viewBox={viewBoxOf(box)} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
          <PhotographLayer address={address} geometry={geometry} />
        </svg>
      )}
    </span>
  );
}

/** What the numbers of a word say, in a sentence. */
function sentenceOf(links: Links, named: NamedRows | undefined, word: number): string {
  const values = patchesOf(links, word);
  const chosen = links.words[word];
  const sum = values.reduce((total, value) => total + value, 0);
  switch (links.source) {
    case 'alignment': {
      const pairs = values.filter((value) => value > 0).length;
      if (pairs === 0) return 'The aligner pairs it with no patch.';
      return `Paired with ${pairs} ${pairs === 1 ? 'patch' : 'patches'}, each with a confidence from 0 to 1.`;
    }
    case 'words-look':
      return `${formatShare(sum)} of its attention goes to the patches, the rest to the caption.`;
    case 'patches-look':
      return `A patch gives it ${formatShare(sum / values.length)} of its attention on average.`;
    case 'naming': {
      const probability = chosen === undefined || named === undefined ? undefined : namedProbability(chosen, named);
      if (probability === undefined) return 'It is masked already: the caption does not say what to name.';
      const size = Math.max(...values.map(Math.abs));
      return `Masked, it is named with a probability of ${formatShare(probability)}.${
        size < 0.02 ? ' Hardly anything depends on the photograph: the other words tell it.' : ''
      }`;
    }
    default:
      return links.source satisfies never;
  }
}
