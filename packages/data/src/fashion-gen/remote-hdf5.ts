import { openModuleWorkers } from '@kaleido/foundation/node';
import type { DataFile } from '../data-file.ts';
import { workerModule } from '../worker-module.ts';
import type { Hdf5Column, Hdf5Columns, WantedDatasets } from './hdf5-columns.ts';
import type { Hdf5WorkerData, RemoteHdf5Service } from './hdf5-worker.ts';
import { failed, sharedBytes } from './remote-bytes.ts';

/**
 * Opens HDF5 behind an address. The HDF5 library must have its bytes at once and cannot wait for a server, so it runs on a
 * thread of its own, which stands still while this one fetches them: in ranges, each byte once, as of all remote files.
 * @throws KaleidoError as `openHdf5Columns`, and as the reading of a remote file
 */
export async function openRemoteHdf5(file: DataFile, datasets: WantedDatasets): Promise<Hdf5Columns> {
  const shared = sharedBytes();
  const data: Hdf5WorkerData = { path: file.path, size: await file.size(), datasets, shared };
  /** What fetching threw: the library only says that it cannot read. */
  let problem: unknown;
  const workers = openModuleWorkers<RemoteHdf5Service>({
    module: workerModule('fashion-gen/hdf5-worker'),
    count: 1,
    data,
    owner: {
      async fetch({ start, end }: { readonly start: number; readonly end: number }) {
        let count = failed;
        try {
          const bytes = await file.read(start, end);
          shared.data.set(bytes);
          count = bytes.length;
        } catch (error) {
          problem ??= error;
        }
        Atomics.store(shared.control, 0, count);
        Atomics.notify(shared.control, 0);
      },
    },
  });
  const asking = async <Result>(answer: Promise<Result>): Promise<Result> => {
    try {
      return await answer;
    } catch (error) {
      throw problem ?? error;
    }
  };
  try {
    const { rows, columns } = await asking(workers.call(0, 'describe', undefined));
    return {
      rows,
      columns: new Map(
        columns.map((column): [string, Hdf5Column] => [
          column.name,
          { ...column, read: (start, end) => asking(workers.call(0, 'read', { name: column.name, start, end })) },
        ]),
      ),
      close: () => workers.close(),
    };
  } catch (error) {
    await workers.close();
    throw error;
  }
}
