import type { ReadCaption, TogetherRead } from '@kaleido/insight';
import type { Box } from '@kaleido/kaleido-patches';
import type { Seen } from '../../engine/engine-api.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { knownOf, type Product, viewName, viewOf } from '../../state/product.ts';

/** All that the panel knows of a product; what is not known yet is undefined. */
export interface WayInAnswers {
  /** How the model sees the photograph; while the box moves, for an instant by the box before. */
  readonly seen: Seen | undefined;
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly box: Box | undefined;
  readonly caption: ReadCaption | undefined;
  readonly pieces: readonly string[] | undefined;
  /** Caption and photograph read together; for an instant those before a change. */
  readonly read: TogetherRead | undefined;
  readonly match: number | undefined;
  readonly similarity: number | undefined;
  /** Whether everything belongs to the current box and caption. */
  readonly isCurrent: boolean;
  /** Why there is no answer. */
  readonly problem: string | undefined;
}

/** What an answer belongs to: nothing of another product is ever shown. */
interface Of<Value> {
  readonly id: string;
  readonly view: string;
  readonly value: Value;
}

export function useWayIn(product: Product): WayInAnswers {
  const { id, caption } = product;
  const view = viewName(product);
  const of = <Value>(value: Value): Of<Value> => ({ id, view, value });
  const cut = useAnswer(`pieces ${id} ${caption}`, async (api) => of(await api.readCaption(caption)));
  const looked = useAnswer(`see ${view}`, async (api) => of(await api.see(viewOf(product))));
  const together = useAnswer(`read ${view} ${caption}`, async (api) => of(await api.read(viewOf(product), caption)));
  const known = knownOf(product);
  const written = cut.value?.id === id ? cut.value.value : undefined;
  const seen = looked.value?.id === id ? looked.value : undefined;
  const read = together.value?.id === id ? together.value.value : undefined;
  const fresh = together.isCurrent ? read : undefined;
  // Nothing written belongs to no photograph: the model's number for it says nothing.
  const hasCaption = caption.trim() !== '';
  return {
    seen: seen?.value,
    size: seen?.value ?? known,
    // A box of the address is where it was put, even before the model has looked there.
    box: product.box ?? (seen?.view === view ? seen.value.box : (known?.box ?? seen?.value.box)),
    caption: cut.isCurrent ? written : undefined,
    pieces: cut.isCurrent ? written?.pieces : (known?.pieces ?? written?.pieces),
    read,
    match: hasCaption ? (fresh?.match ?? known?.match ?? read?.match) : undefined,
    similarity: hasCaption ? (fresh?.similarity ?? known?.similarity ?? read?.similarity) : undefined,
    isCurrent: together.isCurrent && looked.isCurrent,
    problem: looked.error ?? together.error ?? cut.error,
  };
}
