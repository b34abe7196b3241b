import { useMemo } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Notice } from '../../parts/notice.tsx';
import { percent } from '../../parts/percent.ts';
import { gallery } from '../../state/gallery.ts';
import { setSettings, setting } from '../../state/place.ts';
import { knownOf, type Product, product, viewName, viewOf } from '../../state/product.ts';
import { fewestCaptions, formatOthers, mostCaptions, oneLine, parseOthers, suggestedOthers } from './captions.ts';
import { dot } from './dot.ts';

/** The two numbers of a caption; absent until they are known. */
interface Numbers {
  readonly match?: number | undefined;
  readonly similarity?: number | undefined;
}

const letters = 'ABCDEF';

/** One photograph against several captions. */
export function CaptionMatch() {
  const current = product.value;
  const { items } = gallery.value;
  const given = setting('captions');
  const others = useMemo(
    () => parseOthers(given) ?? suggestedOthers(current?.id ?? '', items),
    [given, current?.id, items],
  );
  const captions = [current?.caption ?? '', ...others];
  const texts = captions.map((caption) => caption.trim());
  const asked = texts.filter((text) => text !== '');
  const answer = useAnswer(
    current === undefined || asked.length === 0 ? undefined : `compare ${viewName(current)} ${asked.join('\n')}`,
    async (api) => {
      if (current === undefined) throw new Error('There is no product.');
      const { match, similarity } = await api.compare([viewOf(current)], asked);
      const numbers = new Map(asked.map((text, at) => [text, { match: match[at], similarity: similarity[at] }]));
      return { view: viewName(current), numbers };
    },
  );
  const known = useMemo(() => (current === undefined ? undefined : knownNumbers(current, texts)), [current, texts]);
  const numbersOf = (text: string): Numbers => {
    // Numbers of captions that did not change stay while another one is typed.
    const own = answer.value?.view === (current && viewName(current)) ? answer.value?.numbers.get(text) : undefined;
    return own ?? (engine.value.kind === 'ready' ? {} : (known?.get(text) ?? {}));
  };
  const change = (at: number, caption: string): void => {
    const text = oneLine(caption);
    if (at === 0) setSettings({ caption: text });
    else setSettings({ captions: formatOthers(others.with(at - 1, text)) });
  };
  return (
    <section class="match-captions card" aria-labelledby="match-captions-title">
      <h2 id="match-captions-title">This photograph, several captions</h2>
      <p class="soft match-lead">Which of these captions belongs to it? Change a word, and see what it costs.</p>
      <div class="match-columns">
        <div class="match-photograph">
          {current !== undefined && <img src={current.address} alt={current.ownCaption || 'Your photograph'} />}
        </div>
        <fieldset class="match-list">
          <legend class="match-small-title">Captions</legend>
          {captions.map((caption, at) => (
            <div key={letters[at]} class="match-caption">
              <label for={`match-caption-${at}`}>
                <span class="visually-hidden">Caption </span>
                {letters[at]}
              </label>
              <textarea
                id={`match-caption-${at}`}
                class="field"
                rows={2}
                value={caption}
                placeholder={at === 0 ? 'What is in the photograph?' : 'Another caption'}
                onInput={({ currentTarget }) => change(at, currentTarget.value)}
              />
              {at > 0 && (
                <button
                  type="button"
                  class="match-remove"
                  aria-label={`Remove caption ${letters[at]}`}
                  disabled={captions.length <= fewestCaptions}
                  onClick={() => setSettings({ captions: formatOthers(others.toSpliced(at - 1, 1)) })}
                >
                  <span aria-hidden="true">×</span>
                </button>
              )}
            </div>
          ))}
          <p class="match-buttons">
            <button
              type="button"
              class="button"
              disabled={captions.length >= mostCaptions}
              onClick={() => setSettings({ captions: formatOthers([...others, '']) })}
            >
              Add a caption
            </button>
            <button
              type="button"
              class="button"
              disabled={given === undefined && current?.caption === current?.ownCaption}
              onClick={() => setSettings({ captions: undefined, caption: undefined })}
            >
              As it was
            </button>
          </p>
        </fieldset>
        <Ranking captions={texts} numbersOf={numbersOf} />
      </div>
      {answer.error !== undefined && <Notice kind="problem">{answer.error}</Notice>}
      <dl class="match-terms small">
        <div>
          <dt>Match</dt>
          <dd>
            The model reads photograph and caption together, each word beside each patch. Then it says how sure it is
            that they belong together. Each caption is judged alone, so the numbers need not add up to 100 %. It
            practised with wrong captions of the same kind of garment: it knows a wrong colour or detail, but another
            kind in the same colour may fool it.
          </dd>
        </div>
        <div>
          <dt>Similarity</dt>
          <dd>
            The model reads photograph and caption apart. Each becomes one vector, a list of numbers. The similarity is
            high if the two vectors point the same way: 1 is the same direction, 0 or less is nothing in common (it is
            the cosine of their angle). Vectors can be kept, so this is the quick way to search.
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** What the gallery says of some captions before the model is there. */
function knownNumbers(current: Product, texts: readonly string[]): ReadonlyMap<string, Numbers> {
  const { items } = gallery.value;
  const own = items.find(({ id }) => id === current.id);
  const known = new Map<string, Numbers>();
  if (own === undefined || current.box !== undefined) return known;
  for (const text of texts) {
    const caption = items.find((item) => item.caption === text);
    if (caption !== undefined) known.set(text, { similarity: dot(own.imageVector, caption.captionVector) });
  }
  const answers = knownOf(current);
  if (answers !== undefined) known.set(current.ownCaption, answers);
  return known;
}

interface RankingProps {
  readonly captions: readonly string[];
  readonly numbersOf: (text: string) => Numbers;
}

/** The captions with their numbers, the best first. */
function Ranking({ captions, numbersOf }: RankingProps) {
  const by = setting('sort') === 'match' ? 'match' : 'similarity';
  const rows = captions
    .map((text, at) => ({ text, letter: letters[at], ...numbersOf(text) }))
    .sort((a, b) => (b[by] ?? -2) - (a[by] ?? -2));
  return (
    <div class="match-ranking">
      <div class="match-ranking-head">
        <h3 class="match-small-title">Ranked by</h3>
        <div class="switch">
          {(['match', 'similarity'] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={by === name}
              onClick={() => setSettings({ sort: name === 'similarity' ? undefined : name })}
            >
              {name === 'match' ? 'Match' : 'Similarity'}
            </button>
          ))}
        </div>
      </div>
      <ol>
        {rows.map(({ text, letter, match, similarity }, rank) => (
          <li key={letter} data-best={rank === 0 && rows[0]?.[by] !== undefined}>
            <p class="match-ranked-caption">
              <b>{letter}</b> {text === '' ? <span class="soft">No caption yet</span> : text}
            </p>
            <Bar name="match" share={match ?? 0} number={match === undefined ? '' : percent(match)} />
            <Bar
              name="similarity"
              share={Math.max(0, similarity ?? 0)}
              number={similarity === undefined ? '' : similarity.toFixed(2).replace('-', '−')}
            />
          </li>
        ))}
      </ol>
    </div>
  );
}

interface BarProps {
  readonly name: 'match' | 'similarity';
  /** 0..1 */
  readonly share: number;
  readonly number: string;
}

function Bar({ name, share, number }: BarProps) {
  return (
    <p class={`match-bar match-bar-${name}`}>
      <span class="soft">{name}</span>
      <span class="match-track" aria-hidden="true">
        <span style={{ inlineSize: `${100 * share}%` }} />
      </span>
      <span class="number">{number}</span>
    </p>
  );
}
