import { type Backend, backends, selectBackend } from '@kaleido/backend';
import { KaleidoError } from '@kaleido/foundation';

/** The backends to compare on: the requested one, or all available ones, with the reason for each missing one. */
export async function backendsHere(
  asked: Backend | undefined,
): Promise<{ readonly here: readonly Backend[]; readonly missing: readonly string[] }> {
  if (asked !== undefined) {
    await selectBackend({ prefer: asked });
    return { here: [asked], missing: [] };
  }
  const here: Backend[] = [];
  const missing: string[] = [];
  // One process runs TensorFlow either on the CPU or on the GPU; the GPU must be requested by name.
  for (const name of backends.filter((backend) => backend !== 'cuda'))
    try {
      await selectBackend({ prefer: name });
      here.push(name);
    } catch (error) {
      if (!KaleidoError.isInstance(error)) throw error;
      missing.push(`${name}: ${error.message}`);
    }
  return { here, missing };
}
