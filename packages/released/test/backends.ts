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
