import { useLayoutEffect, useRef } from 'preact/hooks';
import { setSettings } from '../../state/place.ts';
import type { Product } from '../../state/product.ts';

interface Props {
  readonly product: Product;
  readonly onDone: () => void;
}

/** Edits the caption; everything follows each key. */
export function CaptionField({ product, onDone }: Props) {
  const { caption, ownCaption, isOwn } = product;
  const field = useRef<HTMLTextAreaElement>(null);
  // Without a caption the field is there from the start: the visitor has not asked for it yet.
  const isAskedFor = useRef(caption !== '');
  useLayoutEffect(() => {
    if (!isAskedFor.current) return;
    field.current?.focus();
    field.current?.setSelectionRange(caption.length, caption.length);
  }, []);
  const change = (text: string): void => setSettings({ caption: text === ownCaption ? undefined : text });
  return (
    <div class="words-field">
      <label for="words-caption-field" class="visually-hidden">
        Caption
      </label>
      <textarea
        ref={field}
        id="words-caption-field"
        class="field"
        rows={3}
        maxLength={600}
        value={caption}
        placeholder="For example: a red dress with long sleeves and a belt"
        onInput={({ currentTarget }) => change(currentTarget.value.replace(/\n/g, ' '))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          onDone();
        }}
      />
      <div class="words-buttons">
        <button type="button" class="button" disabled={caption === ''} onClick={onDone}>
          Done
        </button>
        {!isOwn && (
          <button type="button" class="button" disabled={caption === ownCaption} onClick={() => change(ownCaption)}>
            Its own caption
          </button>
        )}
      </div>
    </div>
  );
}
