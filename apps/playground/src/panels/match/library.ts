import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Remote } from 'comlink';
import { engine, ownModel, reasonOf } from '../../engine/engine.ts';
import type { EngineApi } from '../../engine/engine-api.ts';
import { pictureReason } from '../../parts/picture-reason.ts';
import { gallery } from '../../state/gallery.ts';
import { pictureProblem } from '../../state/picture-problem.ts';

/** Photographs of the visitor that are searched at most. Each is held as a file, a small picture and a vector. */
export const mostPhotographs = 200;

/** A photograph of the visitor that can be searched. It stays on this machine. */
export interface OwnPhotograph {
  readonly id: string;
  readonly file: File;
  /** Of a small picture, so that a grid of photographs of a camera stays light. */
  readonly address: string;
}

/** How far the reading is. */
export interface Reading {
  /** Of those that were taken. */
  readonly done: number;
  readonly total: number;
  /** Why each file that was left out was; names it. */
  readonly leftOut: readonly string[];
  /** Files beyond the most that are taken: they were not looked at. */
  readonly tooMany: number;
}

const nothing: Reading = { done: 0, total: 0, leftOut: [], tooMany: 0 };

const photographs = signal<readonly OwnPhotograph[]>([]);
const progress = signal<Reading>(nothing);
const found = signal<ReadonlyMap<string, ArrayLike<number>>>(new Map());

export const library: ReadonlySignal<readonly OwnPhotograph[]> = photographs;
export const reading: ReadonlySignal<Reading> = progress;
/** Vectors in the joint space of the model that is loaded, by a picture's id. */
export const vectors: ReadonlySignal<ReadonlyMap<string, ArrayLike<number>>> = found;

/** Files that wait to be read. */
let waiting: File[] = [];
let next = 1;
let isWorking = false;
/** Counts how often the library was cleared: what was being read then is dropped. */
let clearings = 0;

/** Takes files of the visitor, as many as there is room for. They are read one after another, as soon as the model is there. */
export function takeFiles(files: ArrayLike<File>): void {
  const { done, total } = progress.value;
  // What is being read has left the line, and is not there yet.
  const room = mostPhotographs - photographs.value.length - (total - done);
  const taken = Array.from({ length: Math.max(0, Math.min(room, files.length)) }, (_, at) => files[at] as File);
  const before = done < total ? progress.value : nothing;
  progress.value = {
    ...before,
    total: before.total + taken.length,
    tooMany: before.tooMany + files.length - taken.length,
  };
  waiting.push(...taken);
  void work();
}

/** Drops what waits. What was read stays. */
export function stopReading(): void {
  progress.value = { ...progress.value, total: progress.value.total - waiting.length };
  waiting = [];
}

/** Forgets all photographs of the visitor. */
export function clearLibrary(): void {
  waiting = [];
  clearings += 1;
  const kept = new Map(found.value);
  for (const { id, address } of photographs.value) {
    URL.revokeObjectURL(address);
    kept.delete(id);
  }
  photographs.value = [];
  found.value = kept;
  progress.value = nothing;
}

// Vectors of two models cannot be compared.
effect(() => {
  ownModel.value;
  untracked(() => {
    found.value = new Map();
  });
});

// A model that is loaded later, or another one, reads what has no vector of it.
effect(() => {
  if (engine.value.kind === 'ready' && gallery.value.items.length > 0) untracked(() => void work());
});

/** One picture at a time: the model answers other questions in between. */
async function work(): Promise<void> {
  const state = engine.peek();
  if (isWorking || state.kind !== 'ready') return;
  isWorking = true;
  const { api } = state;
  try {
    if (ownModel.peek() === undefined)
      add(gallery.peek().items.flatMap(({ id, imageVector }) => (found.value.has(id) ? [] : [[id, imageVector]])));
    for (;;) {
      const again = withoutVector();
      if (again !== undefined) add([[again.id, await vectorAgain(api, again)]]);
      else {
        const file = waiting.shift();
        if (file === undefined) break;
        await read(api, file);
      }
    }
  } catch (error) {
    // The model was replaced; the next one goes on.
    if (!(error instanceof Replaced)) throw error;
  } finally {
    isWorking = false;
  }
  // It may have been replaced by one that is ready by now.
  const later = engine.peek();
  if (later.kind === 'ready' && later.api !== api) void work();
}

interface KnownPicture {
  readonly id: string;
  readonly name: string;
  readonly source: Blob | string;
}

/** A vector without numbers for a picture that this model cannot read: no search finds it. */
async function vectorAgain(api: Remote<EngineApi>, { name, source }: KnownPicture): Promise<ArrayLike<number>> {
  try {
    return await vectorOf(api, name, source);
  } catch (error) {
    if (error instanceof Replaced) throw error;
    return [];
  }
}

/** A picture that is known, of which the model that is loaded has made no vector yet. */
function withoutVector(): KnownPicture | undefined {
  const own = photographs.value.find(({ id }) => !found.value.has(id));
  if (own !== undefined) return { id: own.id, name: own.file.name, source: own.file };
  const item = gallery.peek().items.find(({ id }) => !found.value.has(id));
  return item === undefined
    ? undefined
    : { id: item.id, name: item.id, source: new URL(item.image, document.baseURI).href };
}

async function read(api: Remote<EngineApi>, file: File): Promise<void> {
  const begun = clearings;
  let reason: string | undefined;
  try {
    reason = isKnown(file) ? `${file.name} is here already.` : await pictureProblem(file);
    if (reason === undefined) {
      const model = ownModel.peek();
      const vector = await vectorOf(api, file.name, file);
      const id = `search-${next++}`;
      const address = await smallPicture(file);
      if (begun !== clearings) {
        URL.revokeObjectURL(address);
        return;
      }
      // Another model may have been opened meanwhile; it makes its own vector.
      if (model === ownModel.peek()) add([[id, vector]]);
      photographs.value = [...photographs.value, { id, file, address }];
    }
  } catch (error) {
    if (error instanceof Replaced) {
      waiting.unshift(file);
      throw error;
    }
    reason =
      error instanceof DOMException
        ? `${file.name} could not be read. If it is a folder, open it and take the pictures in it.`
        : pictureReason(file.name, reasonOf(error));
  }
  if (begun !== clearings) return;
  const { done, leftOut, ...rest } = progress.value;
  progress.value = {
    ...rest,
    done: done + 1,
    leftOut: reason === undefined ? leftOut : [...leftOut, reason],
  };
}

function isKnown({ name, size, lastModified }: File): boolean {
  return photographs.value.some(
    ({ file }) => file.name === name && file.size === size && file.lastModified === lastModified,
  );
}

function add(entries: readonly (readonly [string, ArrayLike<number>])[]): void {
  if (entries.length > 0) found.value = new Map([...found.value, ...entries]);
}

class Replaced extends Error {}

/** @throws Replaced if the model is replaced meanwhile, which then never answers */
async function vectorOf(api: Remote<EngineApi>, key: string, source: Blob | string): Promise<ArrayLike<number>> {
  let stop = (): void => undefined;
  const replaced = new Promise<never>((_, reject) => {
    stop = effect(() => {
      if (engine.value.kind !== 'ready' || engine.value.api !== api) reject(new Replaced());
    });
  });
  try {
    const [vector] = await Promise.race([api.embedPictures([{ key, source }]), replaced]);
    if (vector === undefined) throw new Error(`${key} could not be read.`);
    return vector;
  } finally {
    stop();
  }
}

/** Pixels of the longer side of a small picture. */
const smallSide = 320;

async function smallPicture(file: File): Promise<string> {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, smallSide / Math.max(whole.width, whole.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(whole.width * scale));
  canvas.height = Math.max(1, Math.round(whole.height * scale));
  canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', 0.85));
  return URL.createObjectURL(small ?? file);
}
