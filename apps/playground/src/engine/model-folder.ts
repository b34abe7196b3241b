/** A file that the visitor has picked or dropped, and where it was in the folder: `runs/quickstart/config.json`. */
export interface PlacedFile {
  readonly path: string;
  readonly file: File;
}

/** Files as an `<input>` gives them. */
export function placedFiles(files: ArrayLike<File>): PlacedFile[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The name of the folder that was picked; undefined for single files. */
export function pickedFolder([first]: readonly PlacedFile[]): string | undefined {
  return first?.path.split('/').slice(0, -1)[0];
}

/** Every model folder has it. */
const main = 'config.json';

/** A part of a run that the page has no use for: it fits the features of the bundled model alone. */
const left: readonly string[] = ['aligner.safetensors'];

/** A model of the visitor: its folder, and those of the fine-tuned copies that came with it. */
export interface ModelFiles {
  readonly main: readonly File[];
  /** The copy that writes captions. */
  readonly captioner?: readonly File[];
  /** The copy that names classes. */
  readonly tagger?: readonly File[];
}

/** Where a run keeps the copy that was trained to write; nothing in a folder tells it from other models. */
const captioning = 'captioning';

/**
 * The files of the uppermost model folder among those that were picked, and those of a run's `finetuned/*` below it.
 * @returns a reason for readers where there is none
 */
export function modelFolder(files: readonly PlacedFile[]): ModelFiles | { readonly problem: string } {
  if (files.length === 0) return { problem: 'No files were found. Pick the folder itself, or drop it here.' };
  const depth = (path: string): number => path.split('/').length;
  const [config] = files
    .filter(({ path }) => path === main || path.endsWith(`/${main}`))
    .toSorted((a, b) => depth(a.path) - depth(b.path));
  if (config === undefined)
    return { problem: `This is no model folder: it has no ${main}. Pick a folder that a run or a training has saved.` };
  const folder = config.path.slice(0, -main.length);
  const own = filesIn(files, folder);
  const captioner = folder.split('/').at(-2) === captioning ? own : filesIn(files, `${folder}finetuned/${captioning}/`);
  // One that looks at the photograph alone: a classifier that reads captions would name what it has read.
  const tagger = filesIn(files, `${folder}finetuned/image/`);
  return {
    main: own,
    ...(isModel(captioner) ? { captioner } : {}),
    ...(isModel(tagger) ? { tagger } : {}),
  };
}

/** Without those of folders in it. */
function filesIn(files: readonly PlacedFile[], folder: string): File[] {
  return files
    .filter(({ path }) => path.startsWith(folder) && !path.slice(folder.length).includes('/'))
    .filter(({ path }) => !left.includes(path.slice(folder.length)))
    .map(({ file }) => file);
}

function isModel(files: readonly File[]): boolean {
  return files.some(({ name }) => name === main);
}
