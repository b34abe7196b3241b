import { type Backend, backends, selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';

/** All backends but `cuda`, which cannot share a process with `tensorflow`; `missing` says why one is unavailable. */
export const backendsHere: readonly { readonly name: Backend; readonly missing?: string }[] = await look();

async function look(): Promise<{ name: Backend; missing?: string }[]> {
  const found = [];
  for (const name of backends.filter((name) => name !== 'cuda')) {
    const missing = await selectBackend({ prefer: name }).then(
      () => undefined,
      (error: unknown) => {
        if (!KaleidoError.isInstance(error)) throw error;
        return `${error.problem}: ${String(error.found)}`;
      },
    );
    found.push({ name, ...(missing === undefined ? {} : { missing }) });
  }
  return found;
}

/** Whether the opened `webgpu` computes on the CPU, where every kernel takes milliseconds. */
export async function isSoftwareGpu(): Promise<boolean> {
  type Gpu = { requestAdapter(): Promise<{ info: { architecture: string } } | null> };
  const adapter = await (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu?.requestAdapter();
  return /swiftshader|llvmpipe/.test(adapter?.info.architecture ?? '');
}
