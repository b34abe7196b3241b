import { setSettings } from '../../state/place.ts';
import type { Product } from '../../state/product.ts';

/** The caption, which can be written anew. It is kept in the address. */
export function CaptionField({ product, cut }: { readonly product: Product; readonly cut: number }) {
  const { caption, ownCaption } = product;
  const write = (text: string): void => setSettings({ caption: text === ownCaption ? undefined : text });
  return (
    <div class="way-in-caption" data-flow="caption">
      <label for="way-in-caption">Caption</label>
      <textarea
        id="way-in-caption"
        class="field"
        rows={4}
        spellcheck={false}
        placeholder="Write what you see"
        value={caption}
        onInput={({ currentTarget }) => write(currentTarget.value.replace(/\s*\n\s*/g, ' '))}
      />
      <p class="way-in-caption-foot">
        <span class="soft">{cut > 0 ? `Too long: ${cut} characters are left out.` : 'Edit it, and all follows.'}</span>
        {caption !== ownCaption && (
          <button type="button" class="way-in-quiet" onClick={() => write(ownCaption)}>
            Undo
          </button>
        )}
      </p>
    </div>
  );
}
