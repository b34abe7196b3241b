import { KaleidoError } from '@kaleido/foundation';
import type { Backend, BackendPlace } from './backend-choice.ts';
import { openBackend } from './open-backend.ts';
import type { Opening } from './take-first.ts';

/**
 * Opens a backend that was not requested by name, or returns why it is skipped.
 *
 * @throws KaleidoError where WebAssembly exists but its backend does not start: `cpu` instead would be many times
 *   slower, and the cause is easily fixed
 */
export async function openUnasked(name: Backend, place: BackendPlace): Promise<Opening> {
  switch (name) {
    case 'cuda':
    case 'tensorflow':
      return openBackend(name, place).catch(passOver);
    case 'webgpu': {
      const { platform } = await import('#platform');
      const probe = await platform.probeWebgpu();
      if ('missing' in probe) return { reason: probe.missing };
      const { adapter } = probe;
      if (adapter.software) return { reason: `the adapter (${adapter.name}) is emulated in software` };
      return openBackend(name, place).then(() => ({ note: ` on ${adapter.name}` }), passOver);
    }
    case 'wasm':
      if (typeof WebAssembly === 'undefined') return { reason: 'this engine has no WebAssembly' };
      return openBackend(name, place);
    case 'cpu':
      return openBackend(name, place);
    default:
      return name satisfies never;
  }
}

function passOver(error: unknown): Opening {
  if (KaleidoError.isInstance(error)) return { reason: error.problem };
  return { reason: String(error).split('\n')[0] as string };
}
