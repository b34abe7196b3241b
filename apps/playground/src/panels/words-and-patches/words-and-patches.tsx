import { type Level, levels } from '@kaleido/layout';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { engine } from '../../engine/engine.ts';
import { CopyAsCode } from '../../parts/copy-as-code.tsx';
import { Notice } from '../../parts/notice.tsx';
import type { KnownAnswers } from '../../state/gallery.ts';
import { numberSetting, setSettings, setting } from '../../state/place.ts';
import { knownOf, type Product, product } from '../../state/product.ts';
import { CaptionField } from './caption-field.tsx';
import { GuidedMaskingSteps } from './guided/guided-masking-steps.tsx';
import { LevelChoice } from './level-choice.tsx';
import { LinkedCaption } from './linked-caption.tsx';
import { alignmentLinks, exampleWord, fullValue, type Links, patchesOf, strongest, wordsOf } from './links.ts';
import { levelValues, PatchedPicture } from './patched-picture.tsx';
import { levelOf } from './places.ts';
import { Readout } from './readout.tsx';
import { ScaleLegend } from './scale-legend.tsx';
import { SourceChoice, sources } from './source-choice.tsx';
import { useGeometry } from './use-geometry.ts';
import { useCaption, useLinks } from './use-links.ts';
import { wordName, wordNamed } from './word-name.ts';
import './words-and-patches.css';
import './guided-masking.css';

/** Which patches a word means, and which words a patch. */
export function WordsAndPatches() {
  const current = product.value;
  return current === undefined ? <div class="panel-room" /> : <OfProduct key={current.id} current={current} />;
}

function OfProduct({ current }: { readonly current: Product }) {
  const [pointedWord, pointWord] = useState<number | undefined>();
  const [pointedPatch, pointPatch] = useState<number | undefined>();
  const [isEditing, edit] = useState(false);
  const source = sources.find(({ id }) => id === setting('by')) ?? sources[0];
  const report = engine.value.kind === 'ready' ? engine.value.report.model : undefined;
  const layers = report?.layers;
  // What is known in advance is of the last layer.
  const known = knownOf(current);
  const last = layers ?? (known?.attention.layer ?? 0) + 1;
  const layer = numberSetting('layer', { least: 1, most: layers ?? 99, otherwise: last }) - 1;
  const head = numberSetting('head', { least: 0, most: report?.heads ?? 99, otherwise: 0 });
  const looking = { layer, head: head === 0 ? undefined : head - 1 };
  const caption = useCaption(current);
  const { geometry, error: pictureError } = useGeometry(current);
  const { words } = caption;
  const { links, named, error } = useLinks(current, words, source?.id ?? 'alignment', looking);
  const isEmpty = current.caption.trim() === '';
  // Once opened, the field stays until the visitor is done.
  useEffect(() => {
    if (isEmpty) edit(true);
  }, [isEmpty]);
  // A shorter caption leaves no word to point at.
  useEffect(() => pointWord(undefined), [current.caption]);
  const firstWord = useMemo(() => (links === undefined ? undefined : firstExample(links, known)), [links, known]);
  const level = levels.find(({ scale }) => String(scale) === setting('level')) ?? firstLevel(links, firstWord);
  if (source === undefined || level === undefined) return null;

  const pinnedWord = words === undefined ? undefined : wordNamed(words, setting('word'));
  const pinnedPatch = parsePatch(setting('patch'));
  const patch = pointedPatch ?? pinnedPatch;
  const example = patch === undefined ? firstWord : undefined;
  const word = pointedWord ?? pinnedWord ?? example;
  const lit = links === undefined || word === undefined ? undefined : patchesOf(links, word);
  const pinWord = (index: number): void =>
    setSettings({ word: index === pinnedWord || words === undefined ? undefined : wordName(words, index) });
  const pinPatch = (index: number): void => setSettings({ patch: index === pinnedPatch ? undefined : String(index) });
  const showPatch = (index: number): void => setSettings({ patch: String(index), level: String(levelOf(index).scale) });
  const unpin = (): void => {
    setSettings({ word: undefined, patch: undefined });
    pointWord(undefined);
    pointPatch(undefined);
  };
  const problem = pictureError ?? caption.error ?? error;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape undoes pins from wherever the focus is inside
    <div class="words" onKeyDown={({ key }) => key === 'Escape' && unpin()}>
      <section class="words-text" aria-labelledby="words-text-title">
        <div class="words-title">
          <h2 id="words-text-title">The caption</h2>
          {!isEditing && !isEmpty && (
            <button type="button" class="button words-edit" onClick={() => edit(true)}>
              Edit
            </button>
          )}
        </div>
        {isEmpty && (
          <Notice kind="hint">
            What is in {current.isOwn ? 'your photograph' : 'the photograph'}? Describe it in a line, and its words
            light up.
          </Notice>
        )}
        {(isEditing || isEmpty) && <CaptionField product={current} onDone={() => edit(false)} />}
        {!isEmpty && (
          <LinkedCaption
            caption={current.caption}
            words={words}
            source={source.id}
            values={links === undefined || patch === undefined ? undefined : wordsOf(links, patch)}
            active={word}
            pinned={pinnedWord}
            onPoint={pointWord}
            onPin={pinWord}
          />
        )}
        {caption.cut > 0 && (
          <Notice kind="hint">The model reads no more: the last {caption.cut} characters are left out.</Notice>
        )}
      </section>

      <section class="words-view" aria-label="The photograph">
        <PatchedPicture
          address={current.address}
          alt={current.caption === '' ? 'Your photograph' : current.caption}
          geometry={geometry}
          level={level}
          source={source.id}
          values={lit}
          active={patch}
          pinned={pinnedPatch}
          onPoint={pointPatch}
          onPin={pinPatch}
        />
        <ScaleLegend
          source={source.id}
          level={level}
          full={lit === undefined ? undefined : fullValue(source.id, levelValues(lit, level))}
        />
        <LevelChoice
          address={current.address}
          geometry={geometry}
          values={lit}
          full={lit === undefined ? 1 : fullValue(source.id, lit)}
          active={patch}
          chosen={level}
          onChoose={({ scale }) => setSettings({ level: String(scale) })}
        />
      </section>

      <SourceChoice
        chosen={source}
        onChoose={(by) => setSettings({ by })}
        looking={looking}
        layers={layers}
        heads={report?.heads}
        onLook={(next) =>
          setSettings({
            layer: String(next.layer + 1),
            head: next.head === undefined ? undefined : String(next.head + 1),
          })
        }
      />

      <section class="words-readout card" aria-labelledby="words-readout-title">
        <div class="words-title">
          <h2 id="words-readout-title">In numbers</h2>
          {pinnedWord === undefined && pinnedPatch === undefined ? (
            <span class="soft small">Click a word or a patch to keep it</span>
          ) : (
            <button type="button" class="button words-edit" onClick={unpin}>
              Let go
            </button>
          )}
        </div>
        {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
        {isEmpty ? (
          <p class="soft">There are no words yet.</p>
        ) : (
          problem === undefined && (
            <Readout
              address={current.address}
              geometry={geometry}
              links={links}
              named={named}
              word={word}
              patch={patch}
              onWord={pinWord}
              onPatch={showPatch}
            />
          )
        )}
      </section>

      {!isEmpty && (
        <GuidedMaskingSteps product={current} geometry={geometry} words={words} hasProblem={problem !== undefined} />
      )}
      <CopyAsCode program="words" does="This program prints in Node what “Naming” shows, for this product." />
    </div>
  );
}

/** The first patch of level 2. */
const levelTwo = 1;

/**
 * The word that is shown first. What attention dwells on most is seldom a word for something to be seen: where the
 * aligner's pairs are known, it is theirs.
 */
function firstExample(links: Links, known: KnownAnswers | undefined): number | undefined {
  const isAttention = links.source === 'words-look' || links.source === 'patches-look';
  const aligned = isAttention && known !== undefined ? alignmentLinks(links.words, known.pairs) : links;
  return exampleWord(aligned) ?? exampleWord(links);
}

/**
 * The level that is shown first. The aligner's pairs are spread over levels 3 to 5; other links may be strong in one level
 * alone. Level 1 is one patch: all of it lit up says nothing.
 */
function firstLevel(links: Links | undefined, word: number | undefined): Level | undefined {
  if (links === undefined || word === undefined || links.source === 'alignment') return levels[3];
  const [first] = strongest(patchesOf(links, word), 0, 1, levelTwo);
  return first === undefined ? levels[3] : levelOf(first);
}

/** Undefined for anything but the index of one of the 55 patches. */
function parsePatch(text: string | undefined): number | undefined {
  const patch = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isInteger(patch) && patch >= 0 && patch < 55 ? patch : undefined;
}
