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
