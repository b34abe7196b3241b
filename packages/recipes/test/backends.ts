import { type Backend, backends, selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';

/** Every backend but `cuda`, which shares a process with no `tensorflow`, with what stands in its way here. */
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

/** Whether the `webgpu` that was opened computes on the processor, where every kernel takes milliseconds. */
export async function isSoftwareGpu(): Promise<boolean> {
  type Gpu = { requestAdapter(): Promise<{ info: { architecture: string } } | null> };
  const adapter = await (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu?.requestAdapter();
  return /swiftshader|llvmpipe/.test(adapter?.info.architecture ?? '');
}
