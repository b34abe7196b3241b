import { assertBackend, assertPlace, type Backend, type BackendPlace } from './backend-choice.ts';
import { openBackend } from './open-backend.ts';
import { openUnasked } from './open-unasked.ts';
import { assertPrecision, type Precision, setPrecision, whyNotIn } from './precision.ts';
import { type SelectedBackend, takeFirst } from './take-first.ts';

export interface BackendChoice extends BackendPlace {
  /** The backend to select; if omitted, the first of `backends` that is available. */
  readonly prefer?: Backend;
  /**
   * `mixed` multiplies matrices in half precision, which is many times faster on hardware made for it: bfloat16 (8
   * significant bits) on `tensorflow` and `cuda`, IEEE half precision (11 significant bits, at most 65,504) on
   * `webgpu`. Sums and everything else are float32. `float32` if omitted, so that backends agree.
   */
  readonly precision?: Precision;
}

/**
 * Selects the backend for all following operations of this process (or worker, or page).
 *
 * Without `prefer` it is the first of `cuda`, `webgpu`, `tensorflow`, `wasm`, `cpu` that is available. WebGPU on a
 * software adapter is skipped, and `cpu` is selected only where there is no WebAssembly: both are many times slower
 * than `wasm`. In Node a child process tries native libraries first; those of skipped backends are not loaded here.
 *
 * @throws KaleidoError for an unknown name, and for a backend that is unavailable (it says what to install)
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
