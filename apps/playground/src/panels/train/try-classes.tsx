import type { RankedField } from '@kaleido/insight';
import type { Remote } from 'comlink';
import { useEffect, useState } from 'preact/hooks';
import { reasonOf } from '../../engine/engine.ts';
import { Notice } from '../../parts/notice.tsx';
import { percent } from '../../parts/percent.ts';
import { product, viewName, viewOf } from '../../state/product.ts';
import type { TeachingApi } from '../../training/teaching-api.ts';

/** What the taught model says of the product that the page looks at. */
export function TryClasses({ api }: { readonly api: Remote<TeachingApi> }) {
  const current = product.value;
  const question = current === undefined ? undefined : viewName(current);
  const [answer, setAnswer] = useState<{
    readonly question?: string | undefined;
    readonly field?: RankedField;
    readonly problem?: string;
  }>({});
  useEffect(() => {
    if (current === undefined) return;
    let isWanted = true;
    api.rank(viewOf(current)).then(
      (field) => {
        if (isWanted) setAnswer({ question, field });
      },
      (error: unknown) => {
        if (isWanted) setAnswer({ question, problem: reasonOf(error) });
      },
    );
    return () => {
      isWanted = false;
    };
    // The product is a new object whenever anything of it changes; the question says what matters.
  }, [api, question]);
  // While another product is looked at, the bars are those of the one before.
  const isCurrent = answer.question === question;
  return (
    <section class="card train-try" aria-labelledby="train-try">
      <h2 id="train-try">Try it</h2>
      <p class="soft small">
        Choose another garment or a photograph of your own at the top of the page. The model knows only these classes: a
        hat has to be one of them, too.
      </p>
      <div class="train-try-row">
        {current !== undefined && <img src={current.address} alt={current.ownCaption} width="140" height="140" />}
        {isCurrent && answer.problem !== undefined && <Notice kind="problem">{answer.problem}</Notice>}
        <ul class="train-bars" aria-live="polite" data-old={!isCurrent}>
          {answer.field?.classes.map(({ name, probability }) => (
            <li key={name}>
              <span>{name}</span>
              <span class="train-bar" aria-hidden="true">
                <i style={{ width: `${100 * probability}%` }} />
              </span>
              <span class="number">{percent(probability)}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
