import { addTensorflow } from '@kaleido/backend/node';
import { useProxyOfEnvironment } from '@kaleido/data/node';
import { didYouMean, formatCommand, KaleidoError } from '@kaleido/foundation';
import { pathFromUser } from '@kaleido/foundation/node';
import { followParts } from './follow-parts.ts';

export interface AddOptions {
  readonly wheel?: string;
  readonly sha256?: string;
}

/** Backends that can be added; the others come as npm packages. */
const known: readonly string[] = ['tensorflow'];

/** `backends add NAME --wheel FILE|URL`. */
export async function add(name: string | undefined, { wheel, sha256 }: AddOptions): Promise<void> {
  if (name === undefined || !known.includes(name))
    throw new KaleidoError({
      source: 'backends',
      problem: name === undefined ? 'which backend is to be added' : 'this backend is not one to add',
      found: name,
      advice:
        `${didYouMean(name ?? '', known)} known is ${known.join(', ')}; cuda uses it too, wasm and cpu are always there, and webgpu comes with the npm packages webgpu@0.6.2 and @tensorflow/tfjs-backend-webgpu@4.22.0`.trimStart(),
    });
  if (wheel === undefined)
    throw new KaleidoError({
      source: 'backends',
      problem: 'it needs a wheel of TensorFlow',
      advice:
        'pass --wheel with the file or address of a manylinux..._x86_64.whl of https://pypi.org/simple/tensorflow-cpu/ (or .../tensorflow/, for NVIDIA GPUs); any Python version will do, only the libraries are taken',
    });
  const stop = new AbortController();
  // The first Ctrl-C cleans up, the second exits immediately.
  const interrupt = (): void => {
    stop.abort();
    process.once('SIGINT', () => process.exit(130));
  };
  process.once('SIGINT', interrupt);
  const { listeners, close } = followParts(process.stdout);
  try {
    const isAddress = /^[a-z][a-z0-9+.-]+:/i.test(wheel);
    const proxy = isAddress ? await useProxyOfEnvironment() : undefined;
    if (proxy !== undefined) console.log(`through the proxy ${proxy}`);
    const { version, folder, bytes, hiddenBy } = await addTensorflow({
      wheel: isAddress ? wheel : pathFromUser(wheel),
      sha256,
      signal: stop.signal,
      ...listeners,
    });
    close();
    console.log(`TensorFlow ${version} computes here; its libraries (${Math.round(bytes / 1e6)} MB) are in ${folder}`);
    console.log(
      hiddenBy === undefined
        ? 'next: pnpm backends, or --backend tensorflow of pnpm train'
        : `but ${hiddenBy.folder} is found before it (by ${hiddenBy.from}): take that away, or set ${formatCommand([`KALEIDO_TENSORFLOW=${folder}`])}`,
    );
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    close();
    console.log('stopped; nothing of it was kept');
    process.exitCode = 130;
  } finally {
    close();
    process.removeListener('SIGINT', interrupt);
  }
}
