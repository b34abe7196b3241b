import type { PlacedFile } from '../engine/model-folder.ts';
import { mostClasses, mostPhotographs } from './class-pictures.ts';
import type { ClassExample } from './teaching-events.ts';

/** A class of the visitor. Its photographs are held as files, not decoded. */
export interface OwnClass {
  readonly id: number;
  readonly name: string;
  readonly examples: readonly ClassExample[];
}

/** Until the visitor or a folder gives it another one. */
export function usualName(id: number): string {
  return `class ${id}`;
}

export function nextId(classes: readonly OwnClass[]): number {
  return 1 + Math.max(0, ...classes.map(({ id }) => id));
}

/**
 * The classes with more photographs, as far as there is room. Those of the first folder, and single files, come to the
 * class they were given to; every further folder is the class of its name, which is added if there is none. A class without
 * a name of its own gets that of its folder.
 */
export function withPhotographs(
  classes: readonly OwnClass[],
  id: number,
  files: readonly PlacedFile[],
): { readonly classes: readonly OwnClass[]; readonly leftOut: number } {
  let room = mostPhotographs - classes.reduce((sum, { examples }) => sum + examples.length, 0);
  let leftOut = 0;
  const grown = [...classes];
  let first: string | undefined;
  for (const [folder, own] of byFolder(files)) {
    first ??= folder === '' ? undefined : folder;
    const at = folder === '' || folder === first ? grown.findIndex((one) => one.id === id) : placeOf(folder, grown, id);
    const before = grown[at];
    if (before === undefined) {
      leftOut += own.length;
      continue;
    }
    const taken = own.slice(0, room);
    room -= taken.length;
    leftOut += own.length - taken.length;
    const name = folder !== '' && before.name === usualName(before.id) ? nameOf(folder, grown) : before.name;
    const added = taken.map((file): ClassExample => ({ kind: 'file', name: file.name, file }));
    grown[at] = { ...before, name, examples: [...before.examples, ...added] };
  }
  return { classes: grown, leftOut };
}

/** Files by the folder that was dropped, which is the first of their paths; '' for single ones. */
function byFolder(files: readonly PlacedFile[]): ReadonlyMap<string, readonly File[]> {
  const found = new Map<string, File[]>();
  for (const { path, file } of files) {
    const folder = path.includes('/') ? (path.split('/')[0] as string) : '';
    const own = found.get(folder);
    if (own === undefined) found.set(folder, [file]);
    else own.push(file);
  }
  return found;
}

/** Where a folder's class is: that of its name, else an empty one without a name of its own, else a new one; -1 if there is no room. */
function placeOf(folder: string, grown: OwnClass[], id: number): number {
  const named = grown.findIndex(({ name }) => name.trim() === folder);
  if (named >= 0) return named;
  const empty = grown.findIndex((one) => one.id !== id && one.examples.length === 0 && one.name === usualName(one.id));
  if (empty >= 0) return empty;
  if (grown.length >= mostClasses) return -1;
  const next = nextId(grown);
  return grown.push({ id: next, name: usualName(next), examples: [] }) - 1;
}

/** Longer names do not fit. */
const longestName = 60;

function nameOf(folder: string, classes: readonly OwnClass[]): string {
  const name = folder.slice(0, longestName);
  const isTaken = classes.some((one) => one.name.trim() === name);
  return isTaken ? `${name} 2` : name;
}
