import type { RankedField } from '@kaleido/insight';
import { proxy } from 'comlink';
import { useState } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { Notice } from '../../parts/notice.tsx';
import { finePercent } from '../../parts/percent.ts';
import { gallery } from '../../state/gallery.ts';
import { linkTo } from '../../state/place.ts';
import { knownOf, type Product, viewName, viewOf } from '../../state/product.ts';
import { Bar } from './bar.tsx';
import { classWords } from './class-words.ts';

const shownClasses = 5;

/** What the classifier is, by what it reads. */
const says = {
  image:
    'A copy of the model was trained to name what it sees. It looks at the photograph alone and does not read the caption.',
  text: 'Your model was trained to name what it reads. It reads the caption alone and does not look at the photograph.',
  both: 'Your model was trained to name what it sees and reads. It looks at the photograph and reads the caption.',
} as const;

/** Room for a field while none is known. */
const unknownFields: readonly RankedField[] = [{ name: 'subcategory', several: false, classes: [] }];

/** What a classifier calls the product: the likeliest classes of each field. */
export function Tags({
  product,
  isSeen,
}: {
  readonly product: Product;
  /** Whether the model could look at the photograph. */
  readonly isSeen: boolean;
}) {
  const state = engine.value;
  const model = state.kind === 'ready' ? state.report.model : undefined;
  const reads = model === undefined ? 'image' : model.classifies;
  const [loaded, setLoaded] = useState<number | undefined>();
  const known = knownOf(product)?.tags;
  const { value, isCurrent, error } = useAnswer<readonly RankedField[]>(
    !isSeen || reads === undefined ? undefined : `tag ${viewName(product)} ${reads === 'image' ? '' : product.caption}`,
    (api) =>
      api.tag(
        viewOf(product),
        reads === 'image' ? '' : product.caption,
        proxy((done, total) => setLoaded(done < total ? done / total : undefined)),
      ),
    known,
  );
  // An older answer is another product's.
  const fields = (isCurrent ? value : known) ?? unknownFields;
  return (
    <section class="read-tags card" aria-labelledby="read-tags-title">
      <h2 id="read-tags-title">What is it?</h2>
      {reads === undefined ? (
        <Notice kind="hint">
          Your model names nothing: no classifier came with it. A run has one in its <code>finetuned/image</code>, or{' '}
          <a href={linkTo('train', { way: 'classes' })}>teach the bundled model classes of your own</a>.
        </Notice>
      ) : (
        <>
          <p class="soft">
            {says[reads]} {loaded !== undefined && `This copy is loading, ${finePercent(loaded)}.`}
          </p>
          {error !== undefined && <Notice kind="problem">{error}</Notice>}
          <div class="read-fields">
            {fields.map((field) => (
              <Field key={field.name} field={field} truth={truthOf(product, field.name)} />
            ))}
          </div>
        </>
      )}
    </section>
  );
}

function Field({ field, truth }: { readonly field: RankedField; readonly truth: string | undefined }) {
  const { name, several, classes } = field;
  const shown = classes.slice(0, shownClasses);
  const isShown = shown.some((own) => own.name === truth);
  return (
    <section class="read-field">
      <h3>
        {titleOf(name)}
        {several && <span class="soft small"> several are possible</span>}
      </h3>
      <ol class="read-rows">
        {Array.from({ length: classes.length === 0 ? shownClasses : shown.length }, (_, index) => {
          const own = shown[index];
          return (
            <li key={own?.name ?? index} class={index === 0 ? 'read-row read-row-first' : 'read-row'}>
              <span class="read-name" title={own === undefined ? undefined : classWords(own.name)}>
                {own === undefined ? ' ' : classWords(own.name)}
                {own !== undefined && own.name === truth && (
                  <span class="read-truth">
                    {' ✓'}
                    <span class="visually-hidden"> correct</span>
                  </span>
                )}
              </span>
              <Bar {...(own === undefined ? {} : { probability: own.probability })} />
            </li>
          );
        })}
      </ol>
      <p class="read-field-truth small soft">
        {truth !== undefined &&
          classes.length > 0 &&
          (isShown ? '✓ This is what was drawn.' : `What was drawn: ${classWords(truth)}.`)}
      </p>
    </section>
  );
}

/** What was drawn: known of the gallery's garments alone. */
function truthOf({ id }: Product, field: string): string | undefined {
  const item = gallery.value.items.find((one) => one.id === id);
  if (item === undefined) return undefined;
  const truths: Readonly<Record<string, string>> = {
    category: item.category,
    subcategory: item.subcategory,
    type: item.subcategory,
    colour: item.colour,
    baseColour: item.colour,
  };
  return truths[field];
}

/** A label field's name for readers: `baseColour` is `Base colour`. */
function titleOf(field: string): string {
  if (field === 'subcategory') return 'Kind of garment';
  const words = field
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
