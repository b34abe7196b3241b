import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { proxy, type Remote, transfer, wrap } from 'comlink';
import { reasonOf } from '../engine/engine.ts';
import { setSettings, setting } from '../state/place.ts';
import { Curve } from './curve.ts';
import type { Exam } from './exam.ts';
import { figures, firstObjectives, type ObjectiveName, objectiveNames } from './objectives.ts';
import type { PretrainingApi } from './pretraining-api.ts';
import { rasterise } from './rasterise.ts';
import type { PretrainingEvent, PretrainingSettings } from './training-events.ts';

/** What a new model is, once it is there. */
type ReadyModel = Omit<Extract<PretrainingEvent, { kind: 'ready' }>, 'kind' | 'exam'>;

export interface Progress {
  readonly step: number;
  readonly stepsPerSecond: number;
  readonly tensors: number;
  readonly bytes: number;
}

/** What the page knows of its pre-training. It outlives a change of panels. */
export interface PretrainingState {
  readonly phase: 'none' | 'opening' | 'open' | 'failed';
  readonly seed: number;
  readonly playing: boolean;
  readonly model: ReadyModel | undefined;
  /** The untrained model's answers, and the newest ones. */
  readonly before: Exam | undefined;
  readonly now: { readonly step: number; readonly exam: Exam } | undefined;
  /** What went wrong and what to do about it. */
  readonly problem: string | undefined;
}

const none: PretrainingState = {
  phase: 'none',
  seed: 1,
  playing: false,
  model: undefined,
  before: undefined,
  now: undefined,
  problem: undefined,
};

const nothingDone: Progress = { step: 0, stepsPerSecond: 0, tensors: 0, bytes: 0 };

const state = signal(none);
const done = signal(nothingDone);
const ready = signal(0);
const drawn = signal<ReadonlyMap<string, Curve>>(new Map());

export const pretraining: ReadonlySignal<PretrainingState> = state;
export const progress: ReadonlySignal<Progress> = done;
/** Garments that are drawn. */
export const garmentsReady: ReadonlySignal<number> = ready;
/** By the names of `figures`; a new map after each change. */
export const curves: ReadonlySignal<ReadonlyMap<string, Curve>> = drawn;

let worker: Worker | undefined;
let api: Remote<PretrainingApi> | undefined;

/** Rates to choose from: a usual one in the middle, and some that break the training, to see how that looks. */
export const learningRates: readonly number[] = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 1, 1e6];
const usualRate = 0.003;

/** The settings of the address. */
export const settings: ReadonlySignal<PretrainingSettings> = computed(() => {
  const rate = Number(setting('rate'));
  const asked = setting('tasks')?.split(' ');
  const objectives = objectiveNames.filter((name) => asked?.includes(name));
  return {
    learningRate: learningRates.includes(rate) ? rate : usualRate,
    objectives: objectives.length > 0 ? objectives : firstObjectives,
  };
});

export function setLearningRate(rate: number): void {
  setSettings({ rate: rate === usualRate ? undefined : String(rate) });
  void api?.change(settings.value);
}

/** The last one cannot be switched off. */
export function toggleObjective(name: ObjectiveName): void {
  const { objectives } = settings.value;
  const wanted = objectiveNames.filter((other) => objectives.includes(other) !== (other === name));
  if (wanted.length === 0) return;
  setSettings({ tasks: wanted.join(' ') === firstObjectives.join(' ') ? undefined : wanted.join(' ') });
  void api?.change(settings.value);
}

/** Begins a new model, and ends the one before. */
export function openPretraining(seed: number): void {
  worker?.terminate();
  const own = new Worker(new URL('./pretraining-worker.ts', import.meta.url), { type: 'module' });
  worker = own;
  state.value = { ...none, phase: 'opening', seed };
  done.value = nothingDone;
  ready.value = 0;
  drawn.value = new Map();
  const fail = (reason: string): void => {
    if (worker === own) state.value = { ...state.value, phase: 'failed', playing: false, problem: reason };
  };
  own.onerror = (event) => fail(event.message || 'The worker that trains could not be started.');
  const opened = wrap<PretrainingApi>(own);
  api = opened;
  const start = { base: document.baseURI, seed, settings: settings.value };
  opened
    .run(
      start,
      proxy(async (svg: string) => {
        const bitmap = await rasterise(svg);
        return transfer(bitmap, [bitmap]);
      }),
      proxy((event) => {
        if (worker === own) hear(event);
      }),
    )
    .catch((error: unknown) => fail(`The training ended: ${reasonOf(error)}`));
}

export function play(): void {
  state.value = { ...state.value, playing: true, problem: undefined };
  void api?.play();
}

export function pause(): void {
  state.value = { ...state.value, playing: false };
  void api?.pause();
}

export function stepOnce(): void {
  state.value = { ...state.value, playing: false, problem: undefined };
  void api?.step();
}

/** The files of the model folder, as it is now. */
export async function pretrainedFiles(): Promise<File[]> {
  if (api === undefined) throw new Error('There is no model yet.');
  pause();
  return api.files();
}

function hear(event: PretrainingEvent): void {
  switch (event.kind) {
    case 'garments':
      ready.value = event.ready;
      break;
    case 'ready': {
      const { kind: _, exam, ...model } = event;
      state.value = { ...state.value, phase: 'open', model, before: exam, now: { step: 0, exam } };
      break;
    }
    case 'steps': {
      const { step, stepsPerSecond, tensors, bytes } = event;
      done.value = { step, stepsPerSecond, tensors, bytes };
      const all = new Map(drawn.value);
      for (const { name } of figures)
        for (const { step: at, losses } of event.points) {
          const value = losses[name];
          if (value === undefined) continue;
          const curve = all.get(name) ?? new Curve();
          curve.add(at, value);
          all.set(name, curve);
        }
      drawn.value = all;
      break;
    }
    case 'exam':
      state.value = { ...state.value, now: { step: event.step, exam: event.exam } };
      break;
    case 'lost': {
      for (const curve of drawn.value.values()) curve.forgetAfter(event.backTo);
      drawn.value = new Map(drawn.value);
      done.value = { ...done.value, step: event.backTo };
      state.value = {
        ...state.value,
        playing: false,
        problem: `In step ${event.step} a number grew without limit (NaN): the learning rate is too high. The model is back where it was after step ${event.backTo}. Choose a lower rate and go on.`,
      };
      break;
    }
  }
}
