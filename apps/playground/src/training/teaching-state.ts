import { type ReadonlySignal, signal } from '@preact/signals';
import { proxy, type Remote, transfer, wrap } from 'comlink';
import { reasonOf } from '../engine/engine.ts';
import type { PlacedFile } from '../engine/model-folder.ts';
import { classesProblem } from './class-pictures.ts';
import { nextId, type OwnClass, usualName, withPhotographs } from './own-classes.ts';
import { rasterise } from './rasterise.ts';
import type { TeachingApi } from './teaching-api.ts';
import type { LeftOut, TaughtPart, TeachingEvent, TeachingReport } from './teaching-events.ts';

export type TeachingState =
  | { readonly kind: 'collecting' }
  | { readonly kind: 'working'; readonly event: TeachingEvent | undefined }
  | { readonly kind: 'done'; readonly report: TeachingReport; readonly api: Remote<TeachingApi> }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Measured {
  readonly step: number;
  readonly loss?: number;
  readonly accuracy?: number;
}

const own = signal<readonly OwnClass[]>([
  { id: 1, name: usualName(1), examples: [] },
  { id: 2, name: usualName(2), examples: [] },
]);
const state = signal<TeachingState>({ kind: 'collecting' });
const left = signal<readonly LeftOut[]>([]);
const measured = signal<readonly Measured[]>([]);

export const ownClasses: ReadonlySignal<readonly OwnClass[]> = own;
export const teaching: ReadonlySignal<TeachingState> = state;
/** Photographs that the last teaching could not use. */
export const leftOut: ReadonlySignal<readonly LeftOut[]> = left;
/** Losses and accuracies of the last teaching. */
export const measurements: ReadonlySignal<readonly Measured[]> = measured;

let worker: Worker | undefined;

export function addClass(): void {
  const id = nextId(own.value);
  own.value = [...own.value, { id, name: usualName(id), examples: [] }];
}

export function removeClass(id: number): void {
  own.value = own.value.filter((one) => one.id !== id);
}

export function renameClass(id: number, name: string): void {
  own.value = own.value.map((one) => (one.id === id ? { ...one, name } : one));
}

export function clearClass(id: number): void {
  own.value = own.value.map((one) => (one.id === id ? { ...one, examples: [] } : one));
}

/** Adds photographs to a class, and those of several folders to classes of their own, as far as there is room. @returns how many were left out */
export function addToClasses(id: number, files: readonly PlacedFile[]): number {
  const { classes, leftOut: count } = withPhotographs(own.value, id, files);
  own.value = classes;
  return count;
}

/** Drawn garments of each class, for a first try: fewer than a minute takes. */
const drawnEach = 40;
/** A seed of its own: none of the panel's other garments. */
const drawnSeed = 21;

export async function takeDrawnGarments(): Promise<void> {
  // The atelier is needed here alone.
  const { drawTwoClasses } = await import('./garments.ts');
  const drawn = await drawTwoClasses(drawnSeed, drawnEach);
  own.value = drawn.map(({ name, garments }, index) => ({
    id: index + 1,
    name,
    examples: garments.map(({ id, svg }) => ({ kind: 'drawn', name: id, svg })),
  }));
}

/** Teaches the bundled model the classes, in a new worker. */
export function teach(trained: TaughtPart): void {
  if (classesProblem(own.value) !== undefined) return;
  worker?.terminate();
  const started = new Worker(new URL('./teaching-worker.ts', import.meta.url), { type: 'module' });
  worker = started;
  state.value = { kind: 'working', event: undefined };
  left.value = [];
  measured.value = [];
  const finish = (value: TeachingState): void => {
    if (worker === started) state.value = value;
  };
  started.onerror = (event) =>
    finish({ kind: 'failed', reason: event.message || 'The worker that teaches could not be started.' });
  const api = wrap<TeachingApi>(started);
  const classes = own.value.map(({ name, examples }) => ({ name, examples }));
  api
    .teach(
      { base: document.baseURI, classes, trained },
      proxy(async (svg: string) => {
        const bitmap = await rasterise(svg);
        return transfer(bitmap, [bitmap]);
      }),
      proxy((event) => {
        if (worker === started) hear(event);
      }),
    )
    .then(
      (report) => finish({ kind: 'done', report, api }),
      (error: unknown) => finish({ kind: 'failed', reason: reasonOf(error) }),
    );
}

export function stopTeaching(): void {
  worker?.terminate();
  worker = undefined;
  state.value = { kind: 'collecting' };
}

function hear(event: TeachingEvent): void {
  if (event.kind === 'left-out') {
    left.value = [...left.value, event.one];
    return;
  }
  if (event.kind === 'step') measured.value = [...measured.value, { step: event.step, loss: event.loss }];
  if (event.kind === 'measured') {
    measured.value = [...measured.value, { step: event.step, accuracy: event.accuracy }];
    return;
  }
  state.value = { kind: 'working', event };
}
