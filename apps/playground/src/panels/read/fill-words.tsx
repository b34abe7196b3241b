import type { Candidate, FilledCaption } from '@kaleido/insight';
import { useEffect, useRef } from 'preact/hooks';
import { useAnswer } from '../../engine/use-answer.ts';
import { Notice } from '../../parts/notice.tsx';
import { gallery } from '../../state/gallery.ts';
import { setSettings, setting } from '../../state/place.ts';
import { type Product, viewName, viewOf } from '../../state/product.ts';
import { Bar } from './bar.tsx';
import { exampleText, isMaskedFrom, mask, maskPart, putPiece, suggestText, textParts } from './masked-text.ts';

/** As many as `fillMasks` gives. */
const shownCandidates = 5;

/** The text whose masks are filled: the address's, else the product's caption with a word masked. */
export function textToFill(product: Product): string {
  return setting('fill') ?? suggestion(product);
}

function suggestion({ id, ownCaption, caption }: Product): string {
  const item = gallery.value.items.find((one) => one.id === id);
  const telling = item === undefined ? [] : [item.colour, ...item.subcategory.split(' ').toReversed()];
  return suggestText(ownCaption === '' ? caption : ownCaption, telling);
}

/** A text with masked words, and what the model puts there with the photograph and without it. */
export function FillWords({
  product,
  isSeen,
}: {
  readonly product: Product;
  /** Whether the model could look at the photograph. */
  readonly isSeen: boolean;
}) {
  const text = textToFill(product);
  useForgottenMasks(product, text);
  const { value, isCurrent, error } = useAnswer<FilledCaption>(
    isSeen && text.includes(mask) ? `fill ${viewName(product)} ${text}` : undefined,
    (api) => api.fill(viewOf(product), text),
  );
  const change = (fill: string | undefined): void => setSettings({ fill });
  const parts = textParts(text);
  const masks = parts.filter(({ kind }) => kind === 'mask').length;
  let masked = 0;
  return (
    <section class="read-fill card" aria-labelledby="read-fill-title">
      <h2 id="read-fill-title">Which word is missing?</h2>
      <p class="soft">
        The model learned by filling in hidden words. Click a word to hide it. The model then names it twice: from the
        photograph and the text, and from the text alone.
      </p>
      <p class="read-parts">
        {parts.map((part) => {
          if (part.kind === 'between') return <span key={part.from}>{part.text}</span>;
          if (part.kind === 'mask')
            return (
              <span key={part.from} class="read-mask">
                <span class="visually-hidden">hidden word </span>
                {++masked}
              </span>
            );
          return (
            <button
              key={part.from}
              type="button"
              class="read-word"
              aria-label={`Hide ${part.text}`}
              onClick={() => change(maskPart(text, part))}
            >
              {part.text}
            </button>
          );
        })}
      </p>
      <label class="small soft" for="read-fill-text">
        Or write a text of your own, with {mask} for each hidden word
      </label>
      <input
        id="read-fill-text"
        class="field"
        type="text"
        autocomplete="off"
        value={text}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      <div class="read-buttons">
        {product.ownCaption !== '' && (
          <button type="button" class="button" onClick={() => change(undefined)}>
            Its caption again
          </button>
        )}
        <button type="button" class="button" onClick={() => change(exampleText)}>
          {exampleText}
        </button>
      </div>
      {error !== undefined && <Notice kind="problem">{error}</Notice>}
      {masks === 0 && <Notice kind="hint">No word is hidden. Click one above.</Notice>}
      {isCurrent && value !== undefined && value.caption.cut > 0 && (
        <Notice kind="hint">The text is longer than the model reads: its end is left out.</Notice>
      )}
      <div class="read-masks">
        {Array.from({ length: masks }, (_, index) => {
          const found = value?.masks[index];
          return (
            <section key={index} class={isCurrent ? 'read-filled' : 'read-filled read-filled-old'}>
              <h3>
                <span class="read-mask">{index + 1}</span>
                <span class="read-verdict">
                  {isCurrent && found !== undefined && verdict(found.withPhotograph[0], found.withoutPhotograph[0])}
                </span>
              </h3>
              <div class="read-sides">
                <Candidates
                  title="With the photograph"
                  candidates={found?.withPhotograph}
                  onPut={(piece) => change(putPiece(text, index, piece))}
                />
                <Candidates
                  title="Text alone"
                  isSoft
                  candidates={found?.withoutPhotograph}
                  onPut={(piece) => change(putPiece(text, index, piece))}
                />
              </div>
            </section>
          );
        })}
      </div>
    </section>
  );
}

/** A caption with hidden words belongs to its product: another one begins with its own. */
function useForgottenMasks({ id, ownCaption }: Product, text: string): void {
  const before = useRef({ id, ownCaption });
  useEffect(() => {
    const { id: old, ownCaption: caption } = before.current;
    before.current = { id, ownCaption };
    if (old !== id && isMaskedFrom(text, caption)) setSettings({ fill: undefined });
  }, [id]);
}

function verdict(withPhotograph: Candidate | undefined, without: Candidate | undefined): string {
  if (withPhotograph === undefined || without === undefined) return '';
  const [seen, guessed] = [nameOf(withPhotograph.piece), nameOf(without.piece)];
  if (seen !== guessed) return `The photograph changes “${guessed}” to “${seen}”.`;
  const gain = withPhotograph.probability - without.probability;
  if (gain > 0.05) return `The photograph makes “${seen}” surer.`;
  return gain < -0.05 ? `The photograph makes “${seen}” less sure.` : `The text alone says “${seen}” already.`;
}

/** A piece that continues a word begins with dots. */
function nameOf(piece: string): string {
  return piece.startsWith('##') ? `…${piece.slice(2)}` : piece;
}

interface CandidatesProps {
  readonly title: string;
  readonly candidates: readonly Candidate[] | undefined;
  readonly isSoft?: boolean;
  readonly onPut: (piece: string) => void;
}

function Candidates({ title, candidates, isSoft = false, onPut }: CandidatesProps) {
  return (
    <div>
      <h4 class="small soft">{title}</h4>
      <ol class="read-rows">
        {Array.from({ length: shownCandidates }, (_, index) => {
          const own = candidates?.[index];
          return (
            <li key={own?.piece ?? index} class="read-row">
              {own === undefined ? (
                <span class="read-name"> </span>
              ) : (
                <button
                  type="button"
                  class="read-name read-put"
                  aria-label={`Put ${nameOf(own.piece)} in`}
                  onClick={() => onPut(own.piece)}
                >
                  {nameOf(own.piece)}
                </button>
              )}
              <Bar isSoft={isSoft} {...(own === undefined ? {} : { probability: own.probability })} />
            </li>
          );
        })}
      </ol>
    </div>
  );
}
