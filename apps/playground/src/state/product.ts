import type { Box } from '@kaleido/kaleido-patches';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { ownModel } from '../engine/engine.ts';
import type { Picture, View } from '../engine/engine-api.ts';
import { gallery, type KnownAnswers, knownAnswers } from './gallery.ts';
import { setSettings, setting } from './place.ts';

/** The product that every panel looks at. */
export interface Product {
  readonly id: string;
  readonly picture: Picture;
  /** What an `<img>` shows. */
  readonly address: string;
  readonly caption: string;
  /** The caption it came with. */
  readonly ownCaption: string;
  readonly box: Box | undefined;
  readonly isOwn: boolean;
}

/** A photograph of the visitor. It stays on this machine, and is gone when the page is closed. */
interface OwnPhotograph {
  readonly id: string;
  readonly file: Blob;
  readonly address: string;
  readonly name: string;
}

const own = signal<readonly OwnPhotograph[]>([]);

export const ownPhotographs: ReadonlySignal<readonly OwnPhotograph[]> = own;

/** Photographs that are kept at once. Each is held as a file, not decoded. */
const mostOwn = 24;

/** Adds a photograph of the visitor and shows it. */
export function addPhotograph(file: File): void {
  const id = `own-${own.value.length === 0 ? 1 : Number(own.value[0]?.id.slice(4)) + 1}`;
  const added = { id, file, address: URL.createObjectURL(file), name: file.name };
  const kept = [added, ...own.value];
  for (const { address } of kept.slice(mostOwn)) URL.revokeObjectURL(address);
  own.value = kept.slice(0, mostOwn);
  setSettings({ product: id, box: undefined, caption: undefined });
}

/** The product of the address, else the first of the gallery; undefined while nothing is loaded. */
export const product: ReadonlySignal<Product | undefined> = computed(() => {
  const asked = setting('product');
  const box = parseBox(setting('box'));
  const photograph = own.value.find(({ id }) => id === asked);
  if (photograph !== undefined)
    return {
      id: photograph.id,
      picture: { key: photograph.id, source: photograph.file },
      address: photograph.address,
      caption: setting('caption') ?? '',
      ownCaption: '',
      box,
      isOwn: true,
    };
  const { items } = gallery.value;
  const item = items.find(({ id }) => id === asked) ?? items[0];
  if (item === undefined) return undefined;
  const address = new URL(item.image, document.baseURI).href;
  return {
    id: item.id,
    picture: { key: item.id, source: address },
    address,
    caption: setting('caption') ?? item.caption,
    ownCaption: item.caption,
    box,
    isOwn: false,
  };
});

/** What the bundled model is known to say of a product as it came: with its own caption and the object's box. */
export function knownOf({ id, caption, ownCaption, box, isOwn }: Product): KnownAnswers | undefined {
  return ownModel.value !== undefined || isOwn || box !== undefined || caption !== ownCaption
    ? undefined
    : knownAnswers(id);
}

/** The product as the engine takes it. */
export function viewOf({ picture, box }: Product): View {
  return { picture, box };
}

/** Names a view: answers for the same name are the same. */
export function viewName({ id, box }: Product): string {
  return box === undefined ? id : `${id} ${formatBox(box)}`;
}

export function formatBox({ x0, y0, x1, y1 }: Box): string {
  return [x0, y0, x1, y1].join(',');
}

/** Undefined for anything but four whole numbers that make a box. */
export function parseBox(text: string | undefined): Box | undefined {
  const [x0, y0, x1, y1, ...rest] = (text ?? '').split(',').map(Number);
  const numbers = [x0, y0, x1, y1];
  if (rest.length > 0 || !numbers.every((number) => Number.isInteger(number) && (number as number) >= 0))
    return undefined;
  const box = { x0, y0, x1, y1 } as Box;
  return box.x0 < box.x1 && box.y0 < box.y1 ? box : undefined;
}
