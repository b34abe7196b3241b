import { useRef } from 'preact/hooks';
import { Notice } from '../../parts/notice.tsx';
import type { Product } from '../../state/product.ts';
import type { Writing } from './use-writing.ts';
import type { WrittenWord } from './written-words.ts';

export interface WrittenCaptionProps {
  readonly product: Product;
  /** Whether the model writes captions at all. */
  readonly writes: boolean;
  /** Undefined until the caption is known. */
  readonly words: readonly WrittenWord[] | undefined;
  readonly writing: Writing;
  /** Whether the words know what they looked at. */
  readonly isKnown: boolean;
  /** How far the model that writes is loaded, for readers. */
  readonly loading: string | undefined;
  readonly error: string | undefined;
  /** The word that stays looked into. */
  readonly pinned: number;
  readonly onPin: (word: number | undefined) => void;
  readonly onPoint: (word: number | undefined) => void;
}

/** The caption that the model writes, word by word, beside the photograph's own, or the visitor's. */
export function WrittenCaption(props: WrittenCaptionProps) {
  const { product, writes, words, writing, isKnown, loading, error, pinned, onPin, onPoint } = props;
  const isTyped = product.ownCaption === '' && product.caption !== '';
  const text = isTyped ? product.caption : product.ownCaption;
  return (
    <section class="read-caption card" aria-labelledby="read-caption-title">
      <div class="read-head">
        <h2 id="read-caption-title">How does it describe it?</h2>
        {writes && (
          <button
            type="button"
            class="button"
            disabled={words === undefined || writing.isWriting}
            onClick={writing.play}
          >
            Write again
          </button>
        )}
      </div>
      {writes ? (
        <p class="soft">
          Another copy writes a caption from the photograph. It chooses one word piece at a time, and reads what it has
          written so far.
        </p>
      ) : (
        <Notice kind="hint">
          Your model does not write: no copy that was trained to came with it. A run has one in its{' '}
          <code>finetuned/captioning</code>.
        </Notice>
      )}
      {error !== undefined && <Notice kind="problem">{error}</Notice>}
      <div class="read-captions">
        {writes && (
          <div>
            <h3 class="small soft">The model writes</h3>
            {words === undefined ? (
              <p class="read-written soft">{loading ?? 'It begins as soon as the model is ready.'}</p>
            ) : (
              <Words {...{ words, writing, isKnown, pinned, onPin, onPoint }} />
            )}
          </div>
        )}
        <div>
          <h3 class="small soft">{isTyped ? 'You write' : 'It came with'}</h3>
          <p class="read-own">
            {text === '' ? <span class="soft">Your photograph came without a caption.</span> : text}
          </p>
        </div>
      </div>
    </section>
  );
}

type WordsProps = Pick<WrittenCaptionProps, 'writing' | 'isKnown' | 'pinned' | 'onPin' | 'onPoint'> & {
  readonly words: readonly WrittenWord[];
};

/** One stop of the keyboard; the arrow keys move between the words. */
function Words({ words, writing, isKnown, pinned, onPin, onPoint }: WordsProps) {
  const group = useRef<HTMLParagraphElement>(null);
  const move = (event: KeyboardEvent, from: number): void => {
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      Home: 0,
      End: words.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined || target < 0 || target >= words.length) return;
    event.preventDefault();
    group.current?.querySelector<HTMLElement>(`[data-word="${target}"]`)?.focus();
  };
  const stop = pinned >= 0 && pinned < words.length ? pinned : 0;
  return (
    <p class="read-written" ref={group} role="toolbar" aria-label="Words of the caption; the arrow keys move">
      {words.map(({ text, signs }, index) => (
        <span key={index} class={index < writing.count ? 'read-here' : 'read-to-come'}>
          <button
            type="button"
            data-word={index}
            class={writing.isWriting && index === writing.count - 1 ? 'read-word read-word-now' : 'read-word'}
            tabIndex={index === stop ? 0 : -1}
            disabled={!isKnown}
            aria-pressed={index === pinned}
            onMouseEnter={() => onPoint(index)}
            onMouseLeave={() => onPoint(undefined)}
            onFocus={() => onPoint(index)}
            onBlur={() => onPoint(undefined)}
            onClick={() => onPin(index === pinned ? undefined : index)}
            onKeyDown={(event) => move(event, index)}
          >
            {text}
          </button>
          {signs}{' '}
        </span>
      ))}
    </p>
  );
}
