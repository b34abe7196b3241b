import { levels } from '@kaleido/layout';
import { proxy } from 'comlink';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import type { Written } from '../../engine/engine-api.ts';
import { useAnswer } from '../../engine/use-answer.ts';
import { CopyAsCode } from '../../parts/copy-as-code.tsx';
import { finePercent } from '../../parts/percent.ts';
import { numberSetting, setSettings } from '../../state/place.ts';
import { knownOf, type Product, product, viewName, viewOf } from '../../state/product.ts';
import { FillWords, textToFill } from './fill-words.tsx';
import { LookedAt } from './looked-at.tsx';
import './read.css';
import { Tags } from './tags.tsx';
import { useWriting } from './use-writing.ts';
import { WrittenCaption } from './written-caption.tsx';
import { writtenWords } from './written-words.ts';

/** What the model calls a product, how it describes it, and the words that it fills in. */
export function Read() {
  const current = product.value;
  return current === undefined ? <div class="panel-room" /> : <ReadProduct product={current} />;
}

function ReadProduct({ product: current }: { readonly product: Product }) {
  const [loaded, setLoaded] = useState<number | undefined>();
  const state = engine.value;
  const writes = state.kind !== 'ready' || state.report.model.writes;
  const known = knownOf(current)?.written;
  const knownWritten = useMemo(
    (): Written | undefined => (known === undefined ? undefined : { caption: known, pieces: [] }),
    [known],
  );
  const look = useAnswer(`see ${viewName(current)}`, async (api) => {
    const { width, height, patches } = await api.see(viewOf(current));
    return { width, height, patches };
  });
  // What is wrong with a photograph is said once: nothing more is asked of it.
  const isSeen = look.isCurrent;
  const { value, isCurrent, error } = useAnswer<Written>(
    isSeen && writes ? `write ${viewName(current)}` : undefined,
    (api) =>
      api.write(
        viewOf(current),
        proxy((done, total) => setLoaded(done < total ? done / total : undefined)),
      ),
    knownWritten,
  );
  // An older answer is another product's caption.
  const written = isCurrent ? value : knownWritten;
  const words = useMemo(() => (written === undefined ? undefined : writtenWords(written)), [written]);
  const writing = useWriting(written?.caption, words?.length ?? 0);
  const [pointed, setPointed] = useState<number | undefined>();
  const pinned = numberSetting('word', { least: 0, most: (words?.length ?? 0) - 1, otherwise: -1 });
  useForgottenWord(current.id);
  const level = levels[numberSetting('level', { least: 1, most: 5, otherwise: 5 }) - 1];
  if (level === undefined) return null;
  const looking = pointed ?? (writing.isWriting ? writing.count - 1 : pinned);
  return (
    <>
      <div class="read-grid">
        <Tags product={current} isSeen={isSeen} />
        <LookedAt
          product={current}
          seen={isSeen ? look.value : undefined}
          problem={look.error}
          level={level}
          word={words?.[looking]}
          isKnown={isCurrent}
          writes={writes}
        />
        <WrittenCaption
          product={current}
          writes={writes}
          words={words}
          writing={writing}
          isKnown={isCurrent}
          loading={loaded === undefined ? undefined : `The model that writes is loading, ${finePercent(loaded)}.`}
          error={error}
          pinned={pinned}
          onPin={(word) => setSettings({ word: word === undefined ? undefined : String(word) })}
          onPoint={setPointed}
        />
        <FillWords product={current} isSeen={isSeen} />
      </div>
      <CopyAsCode program="read" values={{ masked: textToFill(current) }} />
    </>
  );
}

/** The word that stays looked into is one of this product's caption. */
function useForgottenWord(id: string): void {
  const before = useRef(id);
  useEffect(() => {
    if (before.current !== id) setSettings({ word: undefined });
    before.current = id;
  }, [id]);
}
