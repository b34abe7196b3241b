import { KaleidoError } from '@kaleido/foundation';
import type { NetworkOptions } from '../fetch/network.ts';
import { type DataForm, formOfFile, type RecognisedData } from '../recognise-data.ts';
import { listAddresses } from './list-addresses.ts';
import { openRemoteFile } from './open-remote-file.ts';
import { parseAddress, type RemoteAddress } from './remote-address.ts';
import type { RemoteFile } from './remote-file.ts';
import { startReading } from './remote-reading.ts';

export interface RecogniseRemoteOptions {
  readonly network?: NetworkOptions;
  readonly onWarning?: (message: string) => void;
}

/** Bytes that show what a file is. */
const headBytes = 512;

/**
 * Opens the files behind an address or several, and finds out what they are: by their first bytes, their names, or the
 * media types that the server says. Undefined for a path.
 * @throws KaleidoError for files that cannot be opened, of different kinds, of a kind that is not read over HTTP, and for
 *   a folder
 */
export async function recogniseRemote(
  place: string,
  { network, onWarning }: RecogniseRemoteOptions,
): Promise<RecognisedData | undefined> {
  const addresses = (await listAddresses(place))?.map(parseAddress);
  if (addresses === undefined) return undefined;
  const [one] = addresses;
  if (one === undefined) return undefined;
  for (const address of addresses) refuseFolder(address);
  const reading = startReading(network, onWarning);
  const opened: { readonly file: RemoteFile; readonly form: DataForm; readonly why: string }[] = [];
  // One after the other in batches: the first that fails ends it.
  for (let at = 0; at < addresses.length; at += batch)
    opened.push(
      ...(await Promise.all(
        addresses.slice(at, at + batch).map(async (address) => {
          const file = await openRemoteFile(address, reading);
          return { file, ...(await formOf(file)) };
        }),
      )),
    );
  const [first] = opened;
  if (first === undefined) return undefined;
  const other = opened.find(({ form }) => form !== first.form);
  if (other !== undefined)
    throw new KaleidoError({
      source: 'data',
      problem: `${first.file.path} and ${other.file.path} are of different kinds`,
      found: [first.form, other.form],
      advice: 'name files of one kind',
    });
  const more = opened.length === 1 ? '' : `, as ${opened.length - 1} more`;
  return {
    form: first.form,
    root: first.file.folder,
    files: opened.map(({ file }) => file.path),
    why: `${first.why}${more}`,
    others: [],
    remote: new Map(opened.map(({ file }) => [file.path, file])),
  };
}

/** Files that are opened at once. */
const batch = 16;

/** Media types of what has no signature. */
const formOfType: Readonly<Record<string, DataForm>> = {
  'text/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
  'application/x-tar': 'webdataset',
};

async function formOf(file: RemoteFile): Promise<{ readonly form: DataForm; readonly why: string }> {
  const head = await file.read(0, headBytes);
  const { name, type } = file.told;
  const byType = Object.hasOwn(formOfType, type) ? formOfType[type] : undefined;
  const found =
    formOfFile(file.name, head) ??
    (isTar(head) ? { form: 'webdataset' as const, why: 'it begins as tar files do' } : undefined) ??
    formOfFile(name, head) ??
    (byType === undefined ? undefined : { form: byType, why: `the server says it is ${type}` });
  if (found === undefined)
    throw new KaleidoError({
      source: 'data',
      problem: `${file.path} is not a kind of file that products are read from`,
      found: type === '' ? file.name : `${file.name}, ${type}`,
      advice: `give a Parquet, tar, CSV, TSV, JSONL or HDF5 file; ${folderAdvice}`,
    });
  return found;
}

const folderAdvice =
  'several files as https://host/train-{00000..00007}.tar, or one address a line in a .txt file: folders cannot be listed over HTTP';

function isTar(head: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(head.subarray(257, 262)) === 'ustar';
}

/** An address that ends in a slash, and the page of a data set or its tree on Hugging Face. */
function refuseFolder({ url, shown }: RemoteAddress): void {
  const isHub = url.hostname === 'huggingface.co' && !url.pathname.includes('/resolve/');
  if (!isHub && !url.pathname.endsWith('/')) return;
  throw new KaleidoError({
    source: 'data',
    problem: `${shown} is not the address of a file`,
    advice: isHub
      ? 'give files, as https://huggingface.co/datasets/OWNER/NAME/resolve/main/data/train-{00000..00003}-of-00004.parquet; or download the data set, and give its folder'
      : `give ${folderAdvice}; or download them, and give their folder`,
  });
}
