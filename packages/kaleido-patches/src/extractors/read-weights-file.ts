import { readFile } from 'node:fs/promises';
import { KaleidoError } from '@kaleido/foundation';

/**
 * Reads the bytes of a network's weights.
 * @param network its name, for the error
 * @throws KaleidoError where they cannot be read
 */
export async function readWeightsFile(place: string | URL, network: string, advice?: string): Promise<Uint8Array> {
  try {
    return await readFile(place);
  } catch (cause) {
    throw new KaleidoError({
      source: 'kaleido-patches',
      problem: `cannot read the weights of ${network} at ${String(place)}`,
      found: (cause as NodeJS.ErrnoException).code ?? String(cause),
      advice: advice ?? 'name the file that holds them',
      cause,
    });
  }
}
