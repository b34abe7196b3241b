export type Hdf5Library = typeof import('h5wasm/node');

/** An error leaves a part of the library's stack behind: it ends after some thousands. */
const mostErrors = 1000;

let loaded: Promise<Hdf5Library> | undefined;
let errors = 0;
let copies = 0;

/**
 * The HDF5 library, in WebAssembly, loaded when it is first needed. Its errors are thrown, not printed. After a damaged
 * file has broken it, it is another copy, with memory of its own.
 */
export async function hdf5Library(): Promise<Hdf5Library> {
  loaded ??= load();
  const library = await loaded;
  (await library.ready).activate_throwing_error_handler();
  return library;
}

/** Counts an error of the library. After one of WebAssembly itself, or after many, the next file is read by a new copy. */
export function noteHdf5Error(error: unknown): void {
  errors++;
  // A stack that is full is a RangeError.
  const isBroken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
  if (!isBroken && errors < mostErrors) return;
  errors = 0;
  loaded = undefined;
}

/** Modules are loaded once for each URL. */
function load(): Promise<Hdf5Library> {
  copies++;
  return copies === 1 ? import('h5wasm/node') : import(`${import.meta.resolve('h5wasm/node')}?copy=${copies}`);
}
