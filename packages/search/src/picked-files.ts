import { bytesInMemory, type FolderFiles } from '@kaleido/foundation';
import { manifestFile } from './manifest.ts';

/** The files of an index that a user has picked or dropped in a page. */
export function folderOfPicked(picked: Iterable<File>): FolderFiles {
  const files = new Map([...picked].map((file) => [file.webkitRelativePath || file.name, file]));
  const isManifest = (path: string): boolean => path === manifestFile || path.endsWith(`/${manifestFile}`);
  const [first = manifestFile] = [...files.keys()].filter(isManifest).sort((a, b) => a.length - b.length);
  const folder = first.slice(0, -manifestFile.length);
  return {
    name: folder === '' ? 'the picked files' : folder.slice(0, -1),
    pathOf: (file) => `${folder}${file}`,
    async open(file) {
      // Files dropped one by one have no folder in their names.
      const found = files.get(`${folder}${file}`) ?? files.get(file.slice(file.lastIndexOf('/') + 1));
      return found && bytesInMemory(found.name, new Uint8Array(await found.arrayBuffer()));
    },
    whyAbsent: () => `only ${[...files.keys()].slice(0, 8).join(', ') || 'no files'}`,
  };
}
