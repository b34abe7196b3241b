import type { LinkSource, Looking } from './links.ts';

interface Source {
  readonly id: LinkSource;
  readonly name: string;
  /** What the colours are. */
  readonly shows: string;
  /** What they can tell, and what they cannot. */
  readonly limits: string;
}

/** What can link words and patches, in the order of the choice. */
export const sources: readonly Source[] = [
  {
    id: 'alignment',
    name: 'Alignment',
    shows:
      'A small helper, the aligner, compared thousands of garments with and without a word. It pairs the word with the patches in which they differ.',
    limits:
      'It tells where a word usually shows. Words of one phrase share their patches. It knows no patches of levels 1 and 2, no rare words and no words that nearly all captions have.',
  },
  {
    id: 'words-look',
    name: 'Words look',
    shows: 'Attention: how much of what a word takes in comes from each patch, in one layer and head.',
    limits: 'It tells where the model looks. It does not tell whether what it finds there changes the answer.',
  },
  {
    id: 'patches-look',
    name: 'Patches look',
    shows: 'Attention the other way: how much of what a patch takes in comes from each word.',
    limits: 'It tells which words a patch reads. Some words, such as full stops, are looked at by nearly everything.',
  },
  {
    id: 'naming',
    name: 'Naming',
    shows:
      'The word is masked, and the model guesses it from the rest. A patch with an even colour speaks for the word; a hatched one speaks against it.',
    limits:
      'It follows a patch through the whole model to the answer. It is an estimate from a slope (gradient times input): +0.10 is about 10 % more likely with the patch than without it.',
  },
];

interface Props {
  readonly chosen: Source;
  readonly onChoose: (source: LinkSource) => void;
  readonly looking: Looking;
  /** Undefined until the model is loaded. */
  readonly layers: number | undefined;
  readonly heads: number | undefined;
  /** @param head undefined for the mean of all */
  readonly onLook: (looking: Looking) => void;
}

/** What lights words and patches, with what that can tell. */
export function SourceChoice({ chosen, onChoose, looking, layers, heads, onLook }: Props) {
  const isAttention = chosen.id === 'words-look' || chosen.id === 'patches-look';
  return (
    <section class="words-source" aria-labelledby="words-source-title">
      <div class="words-title">
        <h2 id="words-source-title">What lights them up</h2>
        {isAttention && (
          <div class="words-looking">
            <label>
              Layer{' '}
              <select
                value={String(looking.layer)}
                disabled={layers === undefined}
                onChange={({ currentTarget }) => onLook({ ...looking, layer: Number(currentTarget.value) })}
              >
                {numbers(layers ?? looking.layer + 1).map((layer) => (
                  <option key={layer} value={String(layer)}>
                    {layer + 1}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Head{' '}
              <select
                value={String(looking.head ?? 'mean')}
                disabled={heads === undefined}
                onChange={({ currentTarget: { value } }) =>
                  onLook({ ...looking, head: value === 'mean' ? undefined : Number(value) })
                }
              >
                <option value="mean">mean of all</option>
                {numbers(heads ?? 0).map((head) => (
                  <option key={head} value={String(head)}>
                    {head + 1}
                  </option>
                ))}
              </select>
            </label>
          </div>
        )}
      </div>
      <fieldset class="switch words-source-switch">
        <legend class="visually-hidden">What links words and patches</legend>
        {sources.map((source) => (
          <button key={source.id} type="button" aria-pressed={source === chosen} onClick={() => onChoose(source.id)}>
            {source.name}
          </button>
        ))}
      </fieldset>
      <p class="words-source-text small">
        {chosen.shows} <span class="soft">{chosen.limits}</span>
      </p>
    </section>
  );
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
