import { KaleidoError } from '@kaleido/foundation';
import { outOfMemory } from '../out-of-memory.ts';

/** What is listened to of a GPUDevice. */
export interface WatchedDevice {
  readonly lost: Promise<{ readonly reason?: string | undefined; readonly message: string }>;
  addEventListener(
    name: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string }; preventDefault?(): void }) => void,
  ): void;
}

/** Milliseconds: what a device has against a call is said a little later than the call fails. */
const patience = 1000;

/**
 * Keeps what a WebGPU device says of itself until somebody can be told: WebGPU's calls never fail, and what went wrong
 * is said in an event that belongs to no call.
 */
export class DeviceWatch {
  #failure: KaleidoError | undefined;
  #isLost = false;
  readonly #lost: Promise<unknown>;

  constructor(device: WatchedDevice) {
    device.addEventListener('uncapturederror', (event) => {
      // A browser would write it to its console, once for everything that follows from it.
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

  /** @throws KaleidoError of what has gone wrong since the last call; for a lost device, at each call */
  assertSound(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    if (!this.#isLost) this.#failure = undefined;
    throw failure;
  }

  /** The error that tells why a call failed: what the device has said by now, or says in a moment. */
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
    problem: 'the WebGPU device is lost, and every tensor on it',
    found,
    advice:
      "select the backend again, and go on from what was saved; if it happens again, take a smaller batch or 'wasm'",
    kind: 'device-lost',
  });
}

function asFailure(error: { readonly message: string }): KaleidoError {
  // By name: an engine may have another class of the same error.
  if (error.constructor.name === 'GPUOutOfMemoryError') return outOfMemory('the WebGPU device', error.message, error);
  return new KaleidoError({
    source: 'backend',
    problem: 'WebGPU refused an operation',
    found: error.message,
    advice: 'check the shapes of its inputs, or look whether the driver is up to date',
    cause: error,
  });
}
