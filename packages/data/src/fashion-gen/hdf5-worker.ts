import { type ServiceCalls, transferred } from '@kaleido/foundation';
import { type Hdf5Column, type Hdf5Values, openWith, type WantedDatasets } from './hdf5-columns.ts';
import type { Hdf5Library } from './hdf5-library.ts';
import { failed, type SharedBytes, waiting } from './remote-bytes.ts';

export interface Hdf5WorkerData {
  /** The address, for errors. */
  readonly path: string;
  readonly size: number;
  readonly datasets: WantedDatasets;
  readonly shared: SharedBytes;
}

/** Fetches bytes into the shared memory. */
type Fetching = { fetch(range: { readonly start: number; readonly end: number }): Promise<void> };

export type RemoteHdf5Service = {
  describe(_: undefined): { readonly rows: number; readonly columns: readonly Omit<Hdf5Column, 'read'>[] };
  read(range: { readonly name: string; readonly start: number; readonly end: number }): Hdf5Values;
};

const folder = '/remote';

/** Opens an HDF5 file whose bytes the owner fetches: the module of a worker thread. */
export async function open(
  { path, size, datasets, shared }: Hdf5WorkerData,
  owner: ServiceCalls<Fetching>,
): Promise<RemoteHdf5Service> {
  // The build for browsers: its files are in memory, of which one is replaced here. That for Node opens real files.
  const library = (await import('h5wasm')) as unknown as Hdf5Library;
  const module = await library.ready;
  module.activate_throwing_error_handler();
  const place = mount(module.FS as unknown as MemoryFiles, size, (start, end, target) => {
    for (let at = start; at < end; ) {
      const next = Math.min(end, at + shared.data.length);
      Atomics.store(shared.control, 0, waiting);
      // The answer is in the shared memory. It must not be awaited: nothing on this thread goes on until it is there.
      void owner.call('fetch', { start: at, end: next });
      Atomics.wait(shared.control, 0, waiting);
      const count = Atomics.load(shared.control, 0);
      if (count === failed || count === 0) return false;
      target.set(shared.data.subarray(0, count), at - start);
      at += count;
    }
    return true;
  });
  const opened = openWith(library, { place, path, size }, datasets);
  return {
    describe: () => ({
      rows: opened.rows,
      columns: [...opened.columns.values()].map(({ name, kind, shape }) => ({ name, kind, shape })),
    }),
    read({ name, start, end }) {
      const values = opened.columns.get(name)?.read(start, end) ?? [];
      return values instanceof Uint8Array ? transferred(values) : values;
    },
  };
}

/** What is used of Emscripten's files in memory. */
interface MemoryFiles {
  mkdir(path: string): void;
  createFile(parent: string, name: string, properties: object, canRead: boolean, canWrite: boolean): MemoryNode;
  readonly ErrnoError: new (code: number) => Error;
}

interface MemoryNode {
  node_ops: { getattr(node: MemoryNode): { size: number } };
  stream_ops: object;
}

/** Emscripten's number for an error of input or output. */
const inputOutputError = 29;

/**
 * Puts a file into the library's memory whose bytes are read when they are asked for.
 * @param fill fills the target with the bytes from `start` to `end`; false if it cannot
 */
function mount(
  files: MemoryFiles,
  size: number,
  fill: (start: number, end: number, target: Uint8Array) => boolean,
): string {
  files.mkdir(folder);
  const node = files.createFile(folder, 'file.h5', {}, true, false);
  const { getattr } = node.node_ops;
  node.node_ops = { ...node.node_ops, getattr: (one) => ({ ...getattr(one), size }) };
  node.stream_ops = {
    ...node.stream_ops,
    llseek: (stream: { readonly position: number }, offset: number, from: number) =>
      offset + (from === 1 ? stream.position : from === 2 ? size : 0),
    read(_: unknown, buffer: Uint8Array, offset: number, length: number, position: number) {
      const count = Math.max(0, Math.min(length, size - position));
      if (!fill(position, position + count, buffer.subarray(offset, offset + count)))
        throw new files.ErrnoError(inputOutputError);
      return count;
    },
  };
  return `${folder}/file.h5`;
}
