import { KaleidoError } from '@kaleido/foundation';
import { outOfMemory } from '../out-of-memory.ts';

/** The part of a GPUDevice that is watched. */
export interface WatchedDevice {
  readonly lost: Promise<{ readonly reason?: string | undefined; readonly message: string }>;
  addEventListener(
    name: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string }; preventDefault?(): void }) => void,
  ): void;
}

/** Milliseconds: a device reports its error a little later than the call fails. */
const patience = 1000;

/**
 * Keeps a WebGPU device's errors until a call can throw them: WebGPU's calls never fail, and errors are events that
 * belong to no call.
 */
export class DeviceWatch {
  #failure: KaleidoError | undefined;
  #isLost = false;
  readonly #lost: Promise<unknown>;

  constructor(device: WatchedDevice) {
    device.addEventListener('uncapturederror', (event) => {
      // Otherwise a browser logs it to the console, with every error that follows from it.
      event.preventDefault?.();
      this.#failure ??= asFailure(event.error);
    });
    this.#lost = device.lost.then(({ reason, message }) => {
      this.#isLost = true;
      this.#failure = deviceLost(reason === undefined || reason === 'unknown' ? message : `${reason}: ${message}`);
    });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** @throws KaleidoError for what has failed since the last call; for a lost device, at every call */
  assertSound(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    if (!this.#isLost) this.#failure = undefined;
    throw failure;
  }

  /** The error that explains why a call failed: the device's own, which may come a moment later. */
  async explain(error: unknown): Promise<unknown> {
    if (this.#failure === undefined) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise((resolve) => {
        timer = setTimeout(resolve, patience);
      });
      await Promise.race([this.#lost, tooLong]);
      clearTimeout(timer);
    }
    try {
      this.assertSound();
      return error;
    } catch (failure) {
      return failure;
    }
  }
}

function deviceLost(found: string): KaleidoError {
  return new KaleidoError({
    source: 'backend',
    problem: 'the WebGPU device and every tensor on it are lost',
    found,
    advice:
      "select the backend again and continue from a checkpoint; if it happens again, use a smaller batch or 'wasm'",
    kind: 'device-lost',
  });
}

function asFailure(error: { readonly message: string }): KaleidoError {
  // By name: an engine may have its own class of the same error.
  if (error.constructor.name === 'GPUOutOfMemoryError') return outOfMemory('the WebGPU device', error.message, error);
  return new KaleidoError({
    source: 'backend',
    problem: 'WebGPU refused an operation',
    found: error.message,
    advice: 'check the shapes of its inputs, or update the driver',
    cause: error,
  });
}
