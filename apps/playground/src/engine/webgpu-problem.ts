import { type ReadonlySignal, signal } from '@preact/signals';

/** The part of WebGPU that is asked here; TypeScript's libraries do not know it yet. */
interface GraphicsProcessors {
  requestAdapter(): Promise<unknown>;
}

const found = signal<string | undefined>(undefined);

/** Why WebGPU cannot be chosen here; undefined if it can, and until that is known. */
export const webGpuProblem: ReadonlySignal<string | undefined> = found;

let asked: Promise<string | undefined> | undefined;

/** Asks the browser, once. */
export function findWebGpuProblem(): Promise<string | undefined> {
  asked ??= look().then((reason) => {
    found.value = reason;
    return reason;
  });
  return asked;
}

async function look(): Promise<string | undefined> {
  const { gpu } = navigator as Navigator & { readonly gpu?: GraphicsProcessors };
  if (gpu === undefined) return 'This browser has no WebGPU.';
  const adapter = await gpu.requestAdapter().catch(() => null);
  return adapter === null ? 'This browser has no graphics adapter for WebGPU.' : undefined;
}
