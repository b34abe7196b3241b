import type { GuidedMasking, ReadWord } from '@kaleido/insight';
import { levelByName } from '@kaleido/layout';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAnswer } from '../../../engine/use-answer.ts';
import { Notice } from '../../../parts/notice.tsx';
import { numberSetting, setSettings } from '../../../state/place.ts';
import { type Product, viewName, viewOf } from '../../../state/product.ts';
import { patchName } from '../places.ts';
import type { Geometry } from '../use-geometry.ts';
import { waitingText } from '../waiting-text.ts';
import { decidingSteps, type GuidedState, guidedState, nextChange } from './guided-state.ts';
import { MaskedPicture } from './masked-picture.tsx';
import { endReason, type StepReason, stepReason } from './step-reason.ts';

interface Props {
  readonly product: Product;
  readonly geometry: Geometry | undefined;
  /** Undefined while the caption is read. */
  readonly words: readonly ReadWord[] | undefined;
  /** Whether the panel has told the visitor already why the model does not answer. */
  readonly hasProblem: boolean;
}

const hiddenLevels = [
  { name: 'camouflage', level: levelByName.camouflage, how: 'swapped' },
  { name: 'grey', level: levelByName.grey, how: 'greyed' },
  { name: 'blank', level: levelByName.blank, how: 'blanked' },
] as const;

/** Milliseconds that a step is shown: one that changes nothing needs no long look. */
const pauses = { change: 2400, nothing: 450 };

/** Alignment guided masking of this product, pair by pair. */
export function GuidedMaskingSteps({ product, geometry, words, hasProblem }: Props) {
  const seed = numberSetting('seed', { least: 1, most: 999_999, otherwise: 1 });
  const question = `guided ${seed} ${viewName(product)} ${product.caption}`;
  const { value, error } = useAnswer(question, async (api) => ({
    question,
    masking: await api.maskGuided(viewOf(product), product.caption, seed),
  }));
  const masking = value?.question === question ? value.masking : undefined;
  const deciding = masking === undefined ? 0 : decidingSteps(masking);
  const end = deciding + 1;
  const step = numberSetting('step', { least: 0, most: end, otherwise: 0 });
  const [isPlaying, play] = useState(false);
  const state = masking === undefined ? undefined : guidedState(masking, step);
  const isIdle = state?.step !== undefined && state.step.hides === undefined;
  const go = (next: number): void => setSettings({ step: next === 0 ? undefined : String(next) });
  useEffect(() => {
    if (!isPlaying || masking === undefined) return;
    if (step >= end) {
      play(false);
      return;
    }
    const timer = setTimeout(() => go(step + 1), step === 0 || isIdle ? pauses.nothing : pauses.change);
    return () => clearTimeout(timer);
  }, [isPlaying, masking, step, end, isIdle]);
  const reason = reasonOf(masking, state, deciding);
  const isReady = masking !== undefined;
  // Another product, caption or draw begins anew.
  const shown = useRef(question);
  useEffect(() => {
    if (shown.current === question) return;
    shown.current = question;
    play(false);
    go(0);
  }, [question]);
  return (
    <section class="words-guided" aria-labelledby="words-guided-title">
      <h2 id="words-guided-title">Guided masking, step by step</h2>
      <p class="words-guided-lead">
        In training, parts of a product are hidden, and the model fills them in. The aligner’s pairs say what to hide:
        one side of a pair goes, the other stays. So a hidden word can be found in its patches, and a hidden patch by
        its word. The paper trains like this. The small model of this page learned with parts hidden at random.
      </p>
      {error !== undefined && !hasProblem && <Notice kind="problem">{error}</Notice>}
      <div class="words-guided-body card">
        <div class="words-guided-controls">
          <div class="words-buttons">
            <button
              type="button"
              class="button button-main words-play"
              disabled={!isReady}
              onClick={() => {
                if (!isPlaying && step >= end) go(0);
                play(!isPlaying);
              }}
            >
              {isPlaying ? 'Pause' : 'Play'}
            </button>
            <button type="button" class="button" disabled={!isReady || step === 0} onClick={() => go(step - 1)}>
              Back
            </button>
            <button type="button" class="button" disabled={!isReady || step >= end} onClick={() => go(step + 1)}>
              Step
            </button>
            <button
              type="button"
              class="button"
              disabled={!isReady || step >= end}
              onClick={() => masking !== undefined && go(nextChange(masking, step))}
            >
              Next change
            </button>
            <button
              type="button"
              class="button"
              disabled={!isReady}
              onClick={() => setSettings({ seed: String(seed === 999_999 ? 1 : seed + 1) })}
            >
              New draw
            </button>
          </div>
          <label class="words-slider small">
            <span>
              {step === 0 || masking === undefined
                ? 'Start'
                : step >= end
                  ? 'The end'
                  : `Pair ${step} of ${masking.steps.length}`}
            </span>
            <input
              type="range"
              min="0"
              max={end}
              value={step}
              disabled={!isReady}
              aria-label="Step"
              onInput={({ currentTarget }) => {
                play(false);
                go(Number(currentTarget.value));
              }}
            />
          </label>
        </div>

        <div class="words-guided-text">
          <div class="words-guided-reason" aria-live={isPlaying ? 'off' : 'polite'}>
            <span class={`words-coin${reason.coin === undefined ? '' : ` is-${reason.coin}`}`} aria-hidden="true">
              {reason.coin ?? '?'}
            </span>
            <div>
              <p>
                <strong>{pairText(masking, state)}</strong>
              </p>
              <p>
                {reason.what} <span class="soft">{reason.why}</span>
              </p>
            </div>
          </div>

          <MaskedCaption caption={product.caption} words={words} masking={masking} state={state} />
          <ul class="words-guided-legend small soft">
            <li class="is-active">this pair</li>
            <li class="is-hidden">hidden</li>
            <li class="is-spared">kept visible, as its other side is hidden</li>
          </ul>
        </div>

        <div class="words-guided-levels">
          {hiddenLevels.map(({ name, level, how }) => {
            const hidden = [...(state?.patches ?? [])].filter(
              (patch) => patch >= level.start && patch < level.start + level.patches,
            ).length;
            return (
              <figure key={name} class="words-guided-level">
                <div class="words-small words-on-photograph">
                  <MaskedPicture address={product.address} geometry={geometry} level={level} state={state} />
                </div>
                <figcaption class="small">
                  <strong>Level {level.scale}</strong>{' '}
                  <span class="soft">
                    {masking === undefined ? how : `${hidden} of ${masking.quotas.patches[name]} ${how}`}
                  </span>
                </figcaption>
              </figure>
            );
          })}
        </div>
      </div>
    </section>
  );
}

function MaskedCaption({
  caption,
  words,
  masking,
  state,
}: {
  readonly caption: string;
  readonly words: readonly ReadWord[] | undefined;
  readonly masking: GuidedMasking | undefined;
  readonly state: GuidedState | undefined;
}) {
  const pieces = [...(state?.words ?? [])].reduce((sum, word) => sum + piecesOf(words?.[word]), 0);
  return (
    <div>
      <p class="words-guided-caption">
        {words === undefined
          ? caption
          : words.map((word, index) => {
              const isSpaced = index > 0 && /\s/.test(caption.slice(words[index - 1]?.to ?? 0, word.from));
              return [isSpaced ? ' ' : '', <MaskedWord key={word.from} {...{ word, index, masking, state }} />];
            })}
      </p>
      <p class="small soft words-guided-pieces">
        {masking === undefined
          ? 'About 15 % of the word pieces will be hidden.'
          : `${pieces} word ${pieces === 1 ? 'piece' : 'pieces'} hidden. Wanted: ${masking.quotas.pieces}, 15 % of ${masking.caption.ids.length - 2}. A word is hidden whole.`}
        {state?.isEnd === true && masking !== undefined && ` ${shownText(masking)}`}
      </p>
    </div>
  );
}

function MaskedWord({
  word,
  index,
  masking,
  state,
}: {
  readonly word: ReadWord;
  readonly index: number;
  readonly masking: GuidedMasking | undefined;
  readonly state: GuidedState | undefined;
}) {
  const isHidden = state?.words.has(index) === true;
  const kinds = [
    ...(isHidden ? ['is-hidden'] : []),
    ...(!isHidden && state?.sparedWords.has(index) ? ['is-spared'] : []),
    ...(state?.step?.word === index ? ['is-active'] : []),
  ];
  const shown =
    state?.isEnd === true
      ? masking?.shown.slice(word.start, word.end).map((piece) => piece.replace(/^##/, ''))
      : undefined;
  return (
    <span class={`words-guided-word ${kinds.join(' ')}`}>
      {isHidden && shown !== undefined ? (
        <>
          <span class="visually-hidden">{word.text}, shown as </span>
          {shown.join(' ')}
        </>
      ) : (
        <>
          {word.text}
          {isHidden && <span class="visually-hidden"> (hidden)</span>}
        </>
      )}
    </span>
  );
}

function piecesOf(word: ReadWord | undefined): number {
  return word === undefined ? 0 : word.end - word.start;
}

/** How the hidden pieces are shown in this draw. */
function shownText({ caption, words, shown }: GuidedMasking): string {
  const counts = { mask: 0, other: 0, same: 0 };
  for (const index of words) {
    const word = caption.words[index];
    if (word === undefined) continue;
    for (let piece = word.start; piece < word.end; piece++)
      counts[shown[piece] === caption.pieces[piece] ? 'same' : shown[piece] === '[MASK]' ? 'mask' : 'other']++;
  }
  const parts = [
    ...(counts.mask > 0 ? [`${counts.mask} as [MASK]`] : []),
    ...(counts.other > 0 ? [`${counts.other} as a random piece`] : []),
    ...(counts.same > 0 ? [`${counts.same} unchanged, to be confirmed`] : []),
  ];
  return parts.length === 0 ? '' : `In this draw they are shown: ${parts.join(', ')}.`;
}

function pairText(masking: GuidedMasking | undefined, state: GuidedState | undefined): string {
  if (masking === undefined) return 'The pairs are drawn by the model’s aligner.';
  if (state?.step === undefined) return state?.isEnd === true ? 'The end' : `${masking.steps.length} pairs are ready.`;
  const { word, patch, weight } = state.step;
  return `“${masking.caption.words[word]?.text ?? ''}” and ${patchName(patch).toLowerCase()}, confidence ${weight.toFixed(2)}`;
}

function reasonOf(masking: GuidedMasking | undefined, state: GuidedState | undefined, deciding: number): StepReason {
  if (masking === undefined || state === undefined) return { coin: undefined, what: waitingText(), why: '' };
  if (state.isEnd) return endReason(masking, state, deciding);
  if (state.step === undefined)
    return {
      coin: undefined,
      what: 'They come in random order, confident ones rather first.',
      why: `For each, a coin decides which side is hidden: the word or the patch.${
        hasLongWords(masking) ? ' A word of several pieces comes once for each of them.' : ''
      }`,
    };
  return stepReason(state.step, masking.caption.words[state.step.word]?.text ?? '');
}

/** Whether a word of several pieces is in the pairs. */
function hasLongWords({ steps, caption }: GuidedMasking): boolean {
  return steps.some(({ word }) => piecesOf(caption.words[word]) > 1);
}
