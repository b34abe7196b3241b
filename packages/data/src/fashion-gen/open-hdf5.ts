import type { DataFile } from '../data-file.ts';
import { assertHdf5, type Hdf5Columns, openWith, type WantedDatasets } from './hdf5-columns.ts';
import { hdf5Library } from './hdf5-library.ts';
import { openRemoteHdf5 } from './remote-hdf5.ts';

/**
 * Opens the datasets at the root of an HDF5 file whose rows belong together. Nothing is read but their descriptions;
 * the HDF5 library reads the file itself, at any size: one behind an address in ranges, on a thread of its own. Texts are
 * Latin-1, as browsers read it.
 * @throws KaleidoError naming the file for one that is cut or not HDF5, a missing dataset, one of an unusable type or
 *   shape, and datasets of different lengths
 */
export async function openHdf5Columns(file: DataFile, datasets: WantedDatasets): Promise<Hdf5Columns> {
  await assertHdf5(file);
  if (file.pictures !== undefined) return openRemoteHdf5(file, datasets);
  return openWith(await hdf5Library(), { place: file.path, path: file.path, size: await file.size() }, datasets);
}
