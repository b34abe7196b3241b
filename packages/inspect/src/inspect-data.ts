import { type Product, type ProductSource, SkippedCounts, type SkippedProduct } from '@kaleido/data';
import type { ExplainedMapping, MappingReason } from '@kaleido/data/node';
import { KaleidoError } from '@kaleido/foundation';
import { decodeImage } from '@kaleido/kaleido-patches/node';
import {
  type FirstProduct,
  type Inspection,
  keyText,
  type PhotographKey,
  type PictureInspection,
  type ShownPicture,
  type ShownPictures,
  type SplitInspection,
} from './inspection.ts';
import { LabelCounts } from './label-counts.ts';
import { labelsOf } from './labels-of.ts';
import { type PictureSketch, sketchPicture } from './picture-sketch.ts';
import { SeenPhotographs } from './seen-photographs.ts';
import { smallPicture } from './small-picture.ts';

/** What `openData` gives. */
export interface InspectedSource extends ProductSource {
  readonly form: string;
  readonly explained?: ExplainedMapping;
}

export interface InspectDataOptions {
  /** Warnings that came while the source was opened; those of its splits are added. */
  readonly notes?: readonly string[];
  /** Whether small pictures are made for a page. Default: true. */
  readonly hasPictures?: boolean;
  /** The most photographs that are decoded, shared out to the splits evenly. Default: 200,000, some minutes a core. */
  readonly mostPictures?: number;
  /** The most photographs that are compared by caption and bytes. Default: 2,000,000, about 100 MB. */
  readonly mostProducts?: number;
  readonly onPart?: (part: string) => void;
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

export interface InspectedData {
  readonly inspection: Inspection;
  /** The small pictures of the first products and of the examples of duplicates; empty without `hasPictures`. */
  readonly pictures: ShownPictures;
}

/** The first products that are shown: so many of each of so many splits. */
const [shownOfSplit, shownSplits] = [12, 6];
/** Decoding keeps the threads of libuv busy, and at most so many pictures are in memory. */
const decodedAtOnce = 4;
/** Warnings and kinds of notes that are kept. */
const mostNotes = 100;

/**
 * Looks at all products of a source. A split that cannot be read to its end is told with its error, and the others are
 * read. With pictures, the source is read once more until all photographs that are shown are found.
 */
export async function inspectData(source: InspectedSource, options: InspectDataOptions = {}): Promise<InspectedData> {
  const { hasPictures = true, onPart } = options;
  const inspecting = new Inspecting(source, options);
  for (const split of source.splits) {
    onPart?.(`products, ${split}`);
    await inspecting.readSplit(split);
  }
  onPart?.('duplicates');
  const inspection = inspecting.inspection();
  if (!hasPictures) return { inspection, pictures: new Map() };
  const { captions, pictures, near } = inspection.duplicates;
  const wanted = [captions, pictures, near].flatMap(({ examples }) => examples.flatMap(({ members }) => members));
  onPart?.('pictures of the page');
  return { inspection, pictures: await readPictures(source, [...inspection.first, ...wanted]) };
}

/** A product, and what became of its picture. */
interface Looked {
  readonly product: Product;
  readonly picture: Promise<Decoded | KaleidoError> | undefined;
}

interface Decoded {
  readonly sketch: PictureSketch;
  readonly width: number;
  readonly height: number;
  readonly note?: string;
}

class Inspecting {
  readonly #source: InspectedSource;
  readonly #options: InspectDataOptions;
  readonly #mostOfSplit: number;
  readonly #seen: SeenPhotographs;
  readonly #splits: SplitInspection[] = [];
  readonly #labels = new LabelCounts();
  readonly #leftOut = new SkippedCounts();
  readonly #notes: string[];
  readonly #first: FirstProduct[] = [];
  /** The number of captions of each length, in words. */
  readonly #lengths: number[] = [];
  readonly #pictureNotes = new Map<string, number>();
  #decoded = 0;
  #notDecoded = 0;
  #smallest: readonly [number, number] | undefined;
  #largest: readonly [number, number] | undefined;

  constructor(source: InspectedSource, options: InspectDataOptions) {
    this.#source = source;
    this.#options = options;
    const { mostPictures = 200_000, mostProducts = 2_000_000, notes = [] } = options;
    this.#mostOfSplit = Math.floor(mostPictures / Math.max(1, source.splits.length));
    this.#seen = new SeenPhotographs(mostProducts);
    this.#notes = [...notes];
  }

  async readSplit(name: string): Promise<void> {
    const total = this.#source.rows?.(name);
    let [photographs, leftOut, decoding, read] = [0, 0, 0, 0];
    const skip = (skipped: SkippedProduct): void => {
      leftOut++;
      this.#leftOut.add(skipped);
    };
    const onWarning = (warning: string): void => void this.#notes.push(warning);
    const take = async ({ product, picture }: Looked): Promise<void> => {
      const decoded = await picture;
      if (KaleidoError.isInstance(decoded)) skip({ id: product.id, reason: decoded.message });
      else {
        this.#take(name, product, decoded, photographs);
        photographs++;
      }
      this.#options.onProgress?.(++read, total);
    };
    const waiting: Looked[] = [];
    let error: string | undefined;
    this.#seen.beginSplit(name);
    try {
      for await (const product of this.#source.products(name, { onSkipped: skip, onWarning })) {
        const isDecoded = decoding < this.#mostOfSplit;
        if (isDecoded) decoding++;
        waiting.push({ product, picture: isDecoded ? decode(product) : undefined });
        if (waiting.length >= decodedAtOnce) await take(waiting.shift() as Looked);
      }
    } catch (cause) {
      if (!KaleidoError.isInstance(cause)) throw cause;
      error = cause.message;
    }
    for (const looked of waiting) await take(looked);
    this.#splits.push({ name, photographs, products: 0, leftOut, ...(error === undefined ? {} : { error }) });
  }

  inspection(): Inspection {
    const products = this.#seen.products();
    const { form, explained } = this.#source;
    return {
      form,
      ...(explained === undefined ? {} : { columns: inOrder(explained.reasons) }),
      splits: this.#splits.map((split, index) => ({ ...split, products: products.ofSplit[index] as number })),
      photographs: this.#splits.reduce((sum, { photographs }) => sum + photographs, 0),
      products: products.all,
      captions: captionsOf(this.#lengths),
      labels: this.#labels.inspections(),
      pictures: this.#pictures(),
      leftOut: this.#leftOut.kinds(),
      duplicates: this.#seen.duplicates(),
      notes: this.#notes.slice(0, mostNotes),
      first: this.#first,
    };
  }

  #take(split: string, product: Product, decoded: Decoded | undefined, before: number): void {
    const { id, productId, caption } = product;
    this.#seen.add(product, decoded?.sketch);
    this.#labels.add(product);
    const words = Math.min(9999, caption.split(/\s+/).filter((word) => word !== '').length);
    this.#lengths[words] = (this.#lengths[words] ?? 0) + 1;
    if (decoded === undefined) this.#notDecoded++;
    else this.#takePicture(decoded);
    if (before >= shownOfSplit || this.#splits.length >= shownSplits) return;
    this.#first.push({ split, id, productId, caption, labels: Object.fromEntries(labelsOf(product)) });
  }

  #takePicture({ width, height, note }: Decoded): void {
    this.#decoded++;
    const size = [width, height] as const;
    if (this.#smallest === undefined || pixels(size) < pixels(this.#smallest)) this.#smallest = size;
    if (this.#largest === undefined || pixels(size) > pixels(this.#largest)) this.#largest = size;
    if (note !== undefined && (this.#pictureNotes.has(note) || this.#pictureNotes.size < mostNotes))
      this.#pictureNotes.set(note, (this.#pictureNotes.get(note) ?? 0) + 1);
  }

  #pictures(): PictureInspection {
    return {
      decoded: this.#decoded,
      notDecoded: this.#notDecoded,
      notes: [...this.#pictureNotes].map(([note, photographs]) => ({ note, photographs })),
      ...(this.#smallest === undefined ? {} : { smallest: this.#smallest }),
      ...(this.#largest === undefined ? {} : { largest: this.#largest }),
    };
  }
}

const fieldOrder = ['id', 'product', 'image', 'caption', 'category', 'subcategory', 'attributes', 'split'];

/** Those of columns that are not read last. */
function inOrder(reasons: readonly MappingReason[]): MappingReason[] {
  const place = ({ field }: MappingReason): number =>
    field === undefined ? fieldOrder.length : fieldOrder.indexOf(field);
  return [...reasons].sort((a, b) => place(a) - place(b));
}

function pixels([width, height]: readonly [number, number]): number {
  return width * height;
}

function captionsOf(lengths: readonly number[]): Inspection['captions'] {
  const all = lengths.reduce((sum, count = 0) => sum + count, 0);
  let [below, median] = [0, 0];
  for (let words = 0; words < lengths.length && 2 * below < all; words++) {
    below += lengths[words] ?? 0;
    median = words;
  }
  const shortest = lengths.findIndex((count = 0) => count > 0);
  return { shortest: Math.max(0, shortest), median, longest: Math.max(0, lengths.length - 1) };
}

/** Errors are values: nobody waits for the picture when a later product fails. */
async function decode({ id, image }: Product): Promise<Decoded | KaleidoError> {
  try {
    const picture = await decodeImage(image.bytes, id);
    const { width, height, note } = picture;
    return { sketch: sketchPicture(picture), width, height, ...(note === undefined ? {} : { note }) };
  } catch (error) {
    if (KaleidoError.isInstance(error)) return error;
    throw error;
  }
}

/** What is shown of some photographs, read once more. */
async function readPictures(source: ProductSource, keys: readonly PhotographKey[]): Promise<ShownPictures> {
  const shown = new Map<string, ShownPicture>();
  for (const split of source.splits) {
    const wanted = new Set(keys.filter((key) => key.split === split).map(({ id }) => id));
    if (wanted.size === 0) continue;
    try {
      for await (const { id, image, caption } of source.products(split, { onWarning: () => undefined })) {
        if (!wanted.delete(id)) continue;
        const uri = await smallPicture(image.bytes, id);
        shown.set(keyText({ split, id }), { caption, ...(uri === undefined ? {} : { uri }) });
        if (wanted.size === 0) break;
      }
    } catch (error) {
      // It is told with the split.
      if (!KaleidoError.isInstance(error)) throw error;
    }
  }
  return shown;
}
