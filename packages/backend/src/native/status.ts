import { KaleidoError } from '@kaleido/foundation';
import { outOfMemory } from '../out-of-memory.ts';
import type { CLibrary, Pointer } from './c-library.ts';

// TF_Code of tensorflow/c/tf_status.h.
const resourceExhausted = 8;

/** Where TensorFlow reports errors; read after every call that takes it. */
export class Status {
  readonly pointer: Pointer;
  /** Called when a call has failed, before its error is thrown. */
  onFailure: () => void = () => undefined;
  readonly #library: CLibrary;

  constructor(library: CLibrary) {
    this.#library = library;
    this.pointer = library.TF_NewStatus();
  }

  /** @throws KaleidoError where the last call failed */
  check(): void {
    const code = this.#library.TF_GetCode(this.pointer);
    if (code === 0) return;
    const found = this.#library.TF_Message(this.pointer);
    this.onFailure();
    if (code === resourceExhausted) throw outOfMemory('TensorFlow', found);
    throw new KaleidoError({ source: 'backend', problem: 'TensorFlow refused an operation', found });
  }
}
