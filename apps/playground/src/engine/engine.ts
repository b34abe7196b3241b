import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { proxy, type Remote, wrap } from 'comlink';
import { pictureReason } from '../parts/picture-reason.ts';
import { place } from '../state/place.ts';
import { deviceLost } from './device-lost.ts';
import type { EngineApi, EngineReport, PageBackend, StartOptions } from './engine-api.ts';
import { folderReason } from './folder-reason.ts';
import type { ModelFiles } from './model-folder.ts';
import { findWebGpuProblem } from './webgpu-problem.ts';
import { withoutPackage } from './without-package.ts';

export type EngineState =
  | { readonly kind: 'loading'; readonly loaded: number; readonly total: number }
  | { readonly kind: 'ready'; readonly api: Remote<EngineApi>; readonly report: EngineReport }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The visitor's own model does not open; the bundled one would. */
  | { readonly kind: 'refused'; readonly reason: string };

const current = signal<EngineState>({ kind: 'loading', loaded: 0, total: 0 });

/** The model's side of the page. Every start gives a new object, by which answers of an older one are told apart. */
export const engine: ReadonlySignal<EngineState> = current;

const currentNote = signal<string | undefined>(undefined);

/** What happened to the engine that the visitor did not ask for. */
export const engineNote: ReadonlySignal<string | undefined> = currentNote;

const picked = signal<ModelFiles | undefined>(undefined);

/**
 * The model that the visitor has opened, undefined for the bundled one. It outlives a change of the backend; answers of
 * one model say nothing of another.
 */
export const ownModel: ReadonlySignal<ModelFiles | undefined> = picked;

let worker: Worker | undefined;

/** The backend that the newest start was asked for, then the one that runs. */
let newest: string | undefined;

/**
 * Starts a worker with the model, and ends the one before.
 * @param model to open, a single folder say, or `bundled` for the one that comes with the page; default: the one that is
 *   open
 */
export async function startEngine(
  backend?: PageBackend,
  model: ModelFiles | readonly File[] | 'bundled' | undefined = picked.peek(),
): Promise<void> {
  picked.value = model === 'bundled' ? undefined : isFolder(model) ? { main: model } : model;
  newest = backend;
  currentNote.value = undefined;
  worker?.terminate();
  const own = new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module' });
  worker = own;
  current.value = { kind: 'loading', loaded: 0, total: 0 };
  const fail = (reason: string): void => {
    if (worker !== own) return;
    current.value =
      picked.peek() === undefined ? { kind: 'failed', reason } : { kind: 'refused', reason: folderReason(reason) };
  };
  own.onerror = (event) => fail(event.message || 'The worker that runs the model could not be started.');
  const api = wrap<EngineApi>(own);
  try {
    const problem = backend === 'webgpu' ? await findWebGpuProblem() : undefined;
    if (worker !== own) return;
    if (problem !== undefined) currentNote.value = `${problem} WebAssembly runs the model.`;
    const chosen = problem === undefined ? backend : 'wasm';
    const options: StartOptions = {
      base: document.baseURI,
      ...(chosen === undefined ? {} : { backend: chosen }),
      ...(picked.value === undefined ? {} : { files: picked.value }),
    };
    const report = await api.start(
      options,
      proxy((loaded, total) => {
        if (worker === own && current.value.kind === 'loading') current.value = { kind: 'loading', loaded, total };
      }),
    );
    if (worker !== own) return;
    newest = report.backend;
    current.value = { kind: 'ready', api, report };
  } catch (error) {
    fail(reasonOf(error));
  }
}

function isFolder(model: ModelFiles | readonly File[] | undefined): model is readonly File[] {
  return Array.isArray(model);
}

/**
 * Starts the engine again whenever the address comes to ask for another backend, as by a link or by hand. An address that
 * asks for none is content with what runs.
 */
export function followAddress(): void {
  const asked = computed(askedBackend);
  effect(() => {
    const backend = asked.value;
    if (backend !== undefined && backend !== newest) untracked(() => void startEngine(backend));
  });
}

/**
 * Goes on with WebAssembly if a question failed because the graphics device was lost.
 * @returns whether it does: the question is then asked again
 */
export function recoverFrom(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== deviceLost) return false;
  // Several questions may fail for the same reason.
  if (current.value.kind === 'ready' && current.value.report.backend === 'webgpu') {
    void startEngine('wasm');
    currentNote.value = 'The graphics device was lost. WebAssembly goes on.';
  }
  return true;
}

/** The backend that the address asks for. */
export function askedBackend(): PageBackend | undefined {
  const asked = place.value.settings.get('backend');
  return asked === 'webgpu' || asked === 'wasm' ? asked : undefined;
}

/** An error's message for readers, without the package it is from. */
export function reasonOf(error: unknown): string {
  const message = withoutPackage(error instanceof Error ? error.message : String(error));
  return message.startsWith('cannot decode the image') ? pictureReason('This picture', message) : message;
}
