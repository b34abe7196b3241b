import { assertBackend, assertPlace, type Backend, type BackendPlace } from './backend-choice.ts';
import { openBackend } from './open-backend.ts';
import { openUnasked } from './open-unasked.ts';
import { assertPrecision, type Precision, setPrecision, whyNotIn } from './precision.ts';
import { type SelectedBackend, takeFirst } from './take-first.ts';

export interface BackendChoice extends BackendPlace {
  /** The backend to take; without it the first of `backends` that is to be had here. */
  readonly prefer?: Backend;
  /**
   * `mixed` multiplies matrices in half precision, which hardware made for it does many times faster: bfloat16 on
   * `tensorflow` and `cuda`, which rounds each factor to 8 bits, IEEE's half on `webgpu`, to 11 and at most 65,504. Sums
   * and all else are float32; float32 altogether where left out, so that backends agree.
   */
  readonly precision?: Precision;
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
export async function selectBackend({
  prefer,
  precision = 'float32',
  ...place
}: BackendChoice = {}): Promise<SelectedBackend> {
  assertPlace(place);
  if (prefer !== undefined) assertBackend(prefer);
  assertPrecision(precision, prefer);
  const selected = prefer === undefined ? await firstOf(precision, place) : await theOne(prefer, place);
  setPrecision(precision);
  if (precision === 'float32') return selected;
  return { ...selected, description: `${selected.description} in mixed precision` };
}

function firstOf(precision: Precision, place: BackendPlace): Promise<SelectedBackend> {
  return takeFirst(async (name) => {
    const reason = whyNotIn(precision, name);
    return reason === undefined ? openUnasked(name, place) : { reason };
  });
}

async function theOne(name: Backend, place: BackendPlace): Promise<SelectedBackend> {
  const { note } = await openBackend(name, place);
  return { name, description: `${name}${note} (asked for)` };
}
