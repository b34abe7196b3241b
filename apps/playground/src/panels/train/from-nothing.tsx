import { useEffect, useId, useState } from 'preact/hooks';
import { CopyAsCode } from '../../parts/copy-as-code.tsx';
import { Notice } from '../../parts/notice.tsx';
import { setSettings, setting } from '../../state/place.ts';
import { objectiveNames } from '../../training/objectives.ts';
import {
  garmentsReady,
  learningRates,
  openPretraining,
  pause,
  play,
  pretrainedFiles,
  pretraining,
  progress,
  setLearningRate,
  settings,
  stepOnce,
} from '../../training/pretraining-state.ts';
import { usualSizes } from '../../training/sizes.ts';
import { Folders } from './folders.tsx';
import { ModelFolder } from './model-folder.tsx';
import { ObjectiveCard } from './objective-card.tsx';
import { UnseenGarments } from './unseen-garments.tsx';

/** The seed of the address: a whole number from 1. */
function askedSeed(): number {
  const asked = Number(setting('seed'));
  return Number.isSafeInteger(asked) && asked >= 1 && asked < 2 ** 31 ? asked : 1;
}

/** Pre-trains a small model from nothing on drawn garments. */
export function FromNothing() {
  const state = pretraining.value;
  // Before anybody plays, an untrained model shows what it knows: nothing.
  useEffect(() => {
    if (pretraining.value.phase === 'none') openPretraining(askedSeed());
  }, []);
  return (
    <>
      <p class="train-lead">
        This model begins with random numbers. It looks at drawn garments and their captions, a few in every step, and
        changes its numbers a little so that its answers get better. You see each task become easier.
      </p>
      <Controls />
      {state.problem !== undefined && <Notice kind="problem">{state.problem}</Notice>}
      <UnseenGarments />
      <section aria-labelledby="train-practice">
        <h2 id="train-practice">What it practises</h2>
        <p class="soft train-lead">
          Each curve is a loss: how wrong the answers are. The dashed line is an answer without looking: a curve below
          it has learned something. A curve jumps up when new garments join in, since the first ones are soon known by
          heart.
        </p>
        <div class="train-objectives">
          {objectiveNames.map((name) => (
            <ObjectiveCard key={name} name={name} />
          ))}
        </div>
      </section>
      <Folders>{state.phase === 'open' && <ModelFolder name="tiny-model" files={pretrainedFiles} />}</Folders>
      <CopyAsCode
        program="pretrain"
        does="This program trains a model of the same size in Node, on garments that it draws, with this learning rate and seed and the first three tasks. It leaves a model folder with a report."
        values={{ seed: state.seed, learningRate: settings.value.learningRate }}
      />
    </>
  );
}

function Controls() {
  const { phase, playing, model, seed } = pretraining.value;
  const [rateId, seedId] = [useId(), useId()];
  const [wantedSeed, setWantedSeed] = useState(String(askedSeed()));
  const isOpen = phase === 'open';
  const reset = (): void => {
    const number = Number(wantedSeed);
    const next = Number.isSafeInteger(number) && number >= 1 && number < 2 ** 31 ? number : 1;
    setWantedSeed(String(next));
    setSettings({ seed: next === 1 ? undefined : String(next) });
    openPretraining(next);
  };
  return (
    <section class="card train-controls" aria-label="Controls">
      <div class="train-buttons">
        <button
          type="button"
          class="button button-main train-play"
          disabled={!isOpen}
          onClick={() => (playing ? pause() : play())}
        >
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            {playing ? <path d="M3 2h4v12H3zM9 2h4v12H9z" /> : <path d="M3 1.5v13l11-6.5z" />}
          </svg>
          {playing ? 'Pause' : 'Play'}
        </button>
        <button type="button" class="button" disabled={!isOpen} onClick={stepOnce}>
          One step
        </button>
        <label class="train-setting" for={rateId}>
          <span>Learning rate</span>
          <select
            id={rateId}
            class="field"
            value={String(settings.value.learningRate)}
            onChange={({ currentTarget }) => setLearningRate(Number(currentTarget.value))}
          >
            {learningRates.map((rate) => (
              <option key={rate} value={String(rate)}>
                {rate >= 1 ? `${rate.toLocaleString('en')} (far too high)` : rate}
              </option>
            ))}
          </select>
        </label>
        <form
          class="train-reset"
          onSubmit={(event) => {
            event.preventDefault();
            reset();
          }}
        >
          <label class="train-setting" for={seedId}>
            <span>Seed</span>
            <input
              id={seedId}
              class="field"
              type="number"
              min="1"
              max={2 ** 31 - 1}
              step="1"
              value={wantedSeed}
              onInput={({ currentTarget }) => setWantedSeed(currentTarget.value)}
            />
          </label>
          <button type="submit" class="button">
            Start again
          </button>
        </form>
      </div>
      <Figures />
      <p class="train-state small soft" role="status">
        {phase === 'opening' && <Opening />}
        {phase === 'failed' && 'This training has ended.'}
        {isOpen &&
          model !== undefined &&
          `${model.parameters.toLocaleString('en')} numbers to learn, ${model.vocabulary} word pieces, seed ${seed}. It runs on one core of your processor (WebAssembly).`}
      </p>
    </section>
  );
}

function Opening() {
  return garmentsReady.value < usualSizes.first
    ? `Drawing the first garments, ${garmentsReady.value} of ${usualSizes.first}`
    : 'Making the first features';
}

function Figures() {
  const { step, stepsPerSecond, tensors, bytes } = progress.value;
  const all: readonly (readonly [name: string, value: string])[] = [
    ['Step', step.toLocaleString('en')],
    ['Steps a second', stepsPerSecond === 0 ? '–' : stepsPerSecond.toFixed(1)],
    ['Garments', `${garmentsReady.value} of ${usualSizes.training}`],
    ['Tensors', tensors === 0 ? '–' : String(tensors)],
    ['Memory', bytes === 0 ? '–' : `${Math.round(bytes / 1e6)} MB`],
  ];
  return (
    <dl class="train-figures" data-step={step}>
      {all.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
