import { assertBackend, assertPlace, type Backend, type BackendPlace } from './backend-choice.ts';
import { openBackend } from './open-backend.ts';
import { openUnasked } from './open-unasked.ts';
import { type SelectedBackend, takeFirst } from './take-first.ts';

export interface BackendChoice extends BackendPlace {
  /** The backend to take; without it the first of `backends` that is to be had here. */
  readonly prefer?: Backend;
}

/**
 * Takes a backend for every operation of this process (or worker, or page) that follows.
 *
 * Without `prefer` the first of `cuda`, `webgpu`, `tensorflow`, `wasm`, `cpu` that is to be had here. WebGPU on a
 * software adapter is passed over, and `cpu` is taken only where there is no WebAssembly: both are many times slower
 * than `wasm`. In Node a child process tries native libraries first; those that are passed over are not loaded here.
 *
 * @throws KaleidoError for an unknown name, and for a backend that is not to be had here (it says what to install)
 */
export async function selectBackend({ prefer, ...place }: BackendChoice = {}): Promise<SelectedBackend> {
  assertPlace(place);
  if (prefer === undefined) return takeFirst((name) => openUnasked(name, place));
  assertBackend(prefer);
  const { note } = await openBackend(prefer, place);
  return { name: prefer, description: `${prefer}${note} (asked for)` };
}
